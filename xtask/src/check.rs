//! What is checked without running anything: form, lints, licences.

use std::process::Command;

use crate::setup;
use crate::step::{Failure, cargo, root, run, step};
use crate::test::ONLY_WASM;
use crate::versions;

/// What is linted as it is built.
const WASM: [(&str, &[&str]); 4] = [
    ("wasm32-unknown-unknown", &["-p=edgepix-cloudflare", "-p=edgepix-image-processor"]),
    ("wasm32-wasip1", &["-p=edgepix-fastly"]),
    ("wasm32-wasip2", &["-p=edgepix-spin", "-p=edgepix-spin-stand-in", "-p=edgepix-wasi-http"]),
    // Without the core, the component in its place.
    ("wasm32-wasip2", &["-p=edgepix-wasi-http", "--no-default-features", "--features=component"]),
];

pub(crate) fn all() -> Result<(), Failure> {
    step("formatting", || {
        run(cargo().args(["fmt", "--all", "--check"]))
            .map_err(|error| format!("{error}\nMend it with: cargo fmt --all"))
    })?;
    step("versions", versions::agree)?;
    step("lints", || {
        let mut command = cargo();
        command.args(["clippy", "--release", "--workspace", "--all-targets"]).args(ONLY_WASM);
        run(command.args(["--", "-D", "warnings"]))
    })?;
    setup::wasm_targets()?;
    for (target, packages) in WASM {
        step(&format!("lints for {target}"), || {
            let mut command = cargo();
            command.args(["clippy", "--release", "--target", target]).args(packages);
            run(command.args(["--", "-D", "warnings"]))
        })?;
    }
    step("lints without codecs", || {
        let packages = ["--package", "edgepix-core", "--package", "edgepix-service"];
        run(cargo()
            .args(["clippy", "--release", "--no-default-features"])
            .args(packages)
            .args(["--", "-D", "warnings"]))
    })?;
    let deny = setup::cargo_deny()?;
    step("licences, bans and sources", || {
        run(Command::new(deny).current_dir(root()).args([
            "--log-level",
            "warn",
            "check",
            "licenses",
            "bans",
            "sources",
        ]))
    })
}
