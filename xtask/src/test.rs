//! Everything that runs: tests, the golden suite, benches.

use std::process::Command;

use crate::step::{Failure, cargo, root, run, step};
use crate::{build, golden, setup};

/// The codecs of our own.
const CODECS: [&str; 6] =
    ["--package", "edgepix-jpeg", "--package", "edgepix-webp", "--package", "edgepix-vp8"];

/// What has no meaning outside WebAssembly: their hosts' functions are not there to link with.
pub(crate) const ONLY_WASM: [&str; 5] = [
    "--exclude=edgepix-spin",
    "--exclude=edgepix-spin-stand-in",
    "--exclude=edgepix-fastly",
    "--exclude=edgepix-cloudflare",
    "--exclude=edgepix-wasi-http",
];

pub(crate) fn all() -> Result<(), Failure> {
    build::all()?;
    build::spin_under_wasmtime()?;
    let runtimes = setup::Runtimes::get()?;
    let tests = || {
        let mut command = cargo();
        command.args(["test", "--release", "--workspace"]).args(ONLY_WASM);
        runtimes.tell(&mut command);
        command
    };
    step("build the tests", || run(tests().arg("--no-run")))?;
    step("tests", || run(&mut tests()))?;
    step("the npm package in Node", || {
        let tests = ["package", "worker", "url"].map(|name| format!("web/tests/{name}.test.mjs"));
        run(Command::new("node").current_dir(root()).arg("--test").args(tests))
    })?;
    // Without components: a core module, in an engine that knows none.
    step("the core module in wasmi", || {
        run(cargo().args(["run", "--release", "--quiet", "--package", "example-c-abi-wasmi"]))
    })?;
    // The release profile lets arithmetic wrap; the codecs, which hostile files reach, are tested where it does not.
    step("the codecs with overflow checks", || run(cargo().arg("test").args(CODECS)))?;
    golden::suite(&golden::Options::default(), &runtimes)
}

/// The benches, and the runtimes that one of them starts.
pub(crate) fn bench(filter: Option<&str>) -> Result<(), Failure> {
    build::all()?;
    build::spin_under_wasmtime()?;
    let runtimes = setup::Runtimes::get()?;
    // One that is named by its file runs alone.
    let alone = filter.filter(|name| ["stages", "sandbox", "platforms"].contains(name));
    step("benches", || {
        let mut command = cargo();
        command.args(["bench", "--package", "edgepix-benches"]);
        runtimes.tell(&mut command);
        match (alone, filter) {
            (Some(name), _) => command.args(["--bench", name]),
            (None, Some(filter)) => command.args(["--bench", "stages", "--", filter]),
            (None, None) => &mut command,
        };
        run(&mut command)
    })
}
