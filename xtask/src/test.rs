//! `test`: every test there is, or with `--quick` what a change to the core needs.

use std::process::Command;

use clap::Args;

use crate::step::{self, Failure, cargo, root, run, step};
use crate::{build, examples, golden, python, setup};

/// The codecs of our own.
const CODECS: [&str; 8] = [
    "--package",
    "edgepix-jpeg",
    "--package",
    "edgepix-png",
    "--package",
    "edgepix-webp",
    "--package",
    "edgepix-vp8",
];

/// What has no meaning outside WebAssembly: their hosts' functions are not there to link with.
pub(crate) const ONLY_WASM: [&str; 5] = [
    "--exclude=edgepix-spin",
    "--exclude=edgepix-spin-stand-in",
    "--exclude=edgepix-fastly",
    "--exclude=edgepix-cloudflare",
    "--exclude=edgepix-wasi-http",
];

#[derive(Args)]
pub(crate) struct Options {
    /// Only what a change to the core needs: the tests of core and codecs, the plans of all golden cases, and the golden
    /// suite on the native core.
    #[arg(long)]
    quick: bool,
}

pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    if options.quick { quick() } else { all() }
}

fn quick() -> Result<(), Failure> {
    step("tests of core and codecs", || {
        run(cargo().args(["test", "--release", "--package", "edgepix-core"]).args(CODECS))
    })?;
    step("plans of the golden cases", || run(build::native("test").args(["--test", "plan"])))?;
    golden::native()
}

fn all() -> Result<(), Failure> {
    announce();
    let runtimes = prepare()?;
    let mut tests = build::native("test");
    runtimes.pass_to(&mut tests);
    tests.envs(setup::operators()?);
    step("tests", || run(&mut tests))?;
    npm(&runtimes)?;
    python::tests()?;
    examples::suite(&runtimes)?;
    // The release profile lets arithmetic wrap; the codecs, which hostile files reach, are tested where it does not.
    step("the codecs with overflow checks", || run(cargo().arg("test").args(CODECS)))?;
    golden::tolerances()?;
    golden::suite(&runtimes)
}

/// Says how long it will take, where it is long.
fn announce() {
    if !setup::viceroy_is_there() || !build::dist().is_ok_and(|folder| folder.join("test").is_dir()) {
        eprintln!(
            "The first run on a machine compiles everything and installs the tools: about 40 minutes on two cores. \
             Later runs take about 15."
        );
    }
}

/// Builds the products, and at the same time the tests and the programs that they need: the last step of a product is
/// to link it, which takes one core for a minute and more, and leaves the others to the native code.
fn prepare() -> Result<setup::Runtimes, Failure> {
    setup::wasm_targets()?;
    let native = || {
        let server = build::server()?;
        build::server_with_sandbox()?;
        step("build the tests", || run(build::native("test").arg("--no-run")))?;
        let runtimes = setup::Runtimes::get()?;
        examples::wasmer()?;
        Ok((server, runtimes))
    };
    let modules = || {
        let modules = build::modules()?;
        build::spin_under_wasmtime()?;
        Ok(modules)
    };
    let ((server, runtimes), modules) = step::both(native, modules)?;
    build::finish(modules, server)?;
    Ok(runtimes)
}

/// The npm package and the page that is made of it.
fn npm(runtimes: &setup::Runtimes) -> Result<(), Failure> {
    let node = || {
        let mut command = Command::new("node");
        runtimes.pass_to(command.current_dir(root()));
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
    step("the npm package in a browser", || run(node().args(["--test", "web/tests/browser.test.mjs"])))?;
    let bundler = setup::node_packages(build::WEB_TOOLS)?;
    step("the npm package's recipes for bundlers", || {
        run(node()
            .env("EDGEPIX_TOOL_PACKAGE_MODULES", &bundler)
            .args(["--test", "web/tests/bundlers.test.mjs"]))
    })?;
    step("the playground in a browser", || {
        let tests = ["playground", "playground-view", "playground-photos"];
        run(node().arg("--test").args(tests.map(|name| format!("web/tests/{name}.test.mjs"))))
    })
}
