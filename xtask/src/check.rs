//! What is checked without running anything: form, lints, licences.

use std::process::Command;

use crate::setup;
use crate::step::{Failure, cargo, root, run, step};

pub(crate) fn all() -> Result<(), Failure> {
    step("formatting", || {
        run(cargo().args(["fmt", "--all", "--check"]))
            .map_err(|error| format!("{error}\nMend it with: cargo fmt --all"))
    })?;
    step("lints", || {
        run(cargo().args(["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
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
