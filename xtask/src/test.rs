//! Everything that runs: tests, the golden suite, benches.

use std::process::Command;

use crate::step::{Failure, cargo, root, run, step};
use crate::{build, examples, golden, setup};

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
    build::server_with_sandbox()?;
    let runtimes = setup::Runtimes::get()?;
    let tests = || {
        let mut command = cargo();
        command.args(["test", "--release", "--workspace", "--features", "edgepix/sandbox"]).args(ONLY_WASM);
        runtimes.tell(&mut command);
        command
    };
    step("build the tests", || run(tests().arg("--no-run")))?;
    step("tests", || run(&mut tests()))?;
    let node = || {
        let mut command = Command::new("node");
        runtimes.tell(command.current_dir(root()));
        command
    };
    step("the npm package in Node", || {
        let tests = ["package", "memory", "flat", "worker", "url", "packed"];
        run(node().arg("--test").args(tests.map(|name| format!("web/tests/{name}.test.mjs"))))
    })?;
    step("the npm package's types", || {
        run(node()
            .arg(runtimes.node_modules.join("typescript/bin/tsc"))
            .args(["--project", "web/tests/types"]))
    })?;
    // By itself: how long a page stands still is measured there.
    step("the npm package in a browser", || run(node().args(["--test", "web/tests/browser.test.mjs"])))?;
    step("the playground in a browser", || run(node().args(["--test", "web/tests/playground.test.mjs"])))?;
    examples::suite(&runtimes)?;
    // The release profile lets arithmetic wrap; the codecs, which hostile files reach, are tested where it does not.
    step("the codecs with overflow checks", || run(cargo().arg("test").args(CODECS)))?;
    golden::suite(&golden::Options::default(), &runtimes)
}
