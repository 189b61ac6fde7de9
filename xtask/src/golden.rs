//! The golden suite on one host or several.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::step::{self, Failure, root, step};
use crate::{build, setup};

// The suite itself takes minutes to compile; its list of names does not.
#[path = "../../tests/src/hosts/names.rs"]
#[allow(unreachable_pub, reason = "the suite, whose file it is, shows it to the world")]
mod names;

use names::HOSTS;

/// The hosts that need none of the runtimes.
const LINKED: [&str; 2] = ["native", "component"];

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Only this host; may be repeated. Default: every host.
    #[arg(long, value_parser = HOSTS)]
    host: Vec<String>,
    /// Only cases whose name contains this.
    #[arg(long)]
    filter: Option<String>,
    /// Rewrites the blessed pictures with what the native core makes. Look at them before committing.
    #[arg(long)]
    bless: bool,
}

/// Builds what the hosts run, and runs the suite on them.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let hosts = options.hosts();
    build::for_hosts(&hosts)?;
    let linked = hosts.iter().all(|host| LINKED.contains(host));
    run_on(options, if linked { None } else { Some(setup::Runtimes::get()?) }.as_ref())
}

/// Runs the suite on the native core alone, which needs none of the runtimes.
pub(crate) fn native() -> Result<(), Failure> {
    tolerances()?;
    let folder = programs()?;
    step("golden suite on the native core", || step::run(&mut golden(&folder)))
}

/// Checks that no case's tolerance would let a shifted, recoloured or darker picture pass.
pub(crate) fn tolerances() -> Result<(), Failure> {
    let packages = setup::python_requirements("tests/golden/make/requirements.txt")?;
    step("golden tolerances", || {
        let mut command = Command::new("python3");
        command.current_dir(root()).env("PYTHONPATH", packages);
        step::run(command.args(["tests/golden/make/make.py", "strict"]))
    })
}

/// Builds the suite's program, and gives its folder.
fn programs() -> Result<PathBuf, Failure> {
    step("build the golden suite", || build::programs(&["--bin", "golden"]))
}

fn golden(folder: &Path) -> Command {
    let mut command = Command::new(folder.join(format!("golden{}", std::env::consts::EXE_SUFFIX)));
    command.current_dir(root());
    command
}

/// Runs the suite on every host, as it is built.
pub(crate) fn suite(runtimes: &setup::Runtimes) -> Result<(), Failure> {
    run_on(&Options::default(), Some(runtimes))
}

fn run_on(options: &Options, runtimes: Option<&setup::Runtimes>) -> Result<(), Failure> {
    let folder = programs()?;
    step("golden suite", || {
        let mut command = golden(&folder);
        if let Some(runtimes) = runtimes {
            runtimes.pass_to(&mut command);
        }
        options.hosts().iter().for_each(|host| _ = command.args(["--host", host]));
        options.filter.iter().for_each(|filter| _ = command.args(["--filter", filter]));
        if options.bless {
            command.arg("--bless");
        }
        step::run(&mut command)
    })
}

impl Options {
    fn hosts(&self) -> Vec<&str> {
        if self.host.is_empty() { HOSTS.to_vec() } else { self.host.iter().map(String::as_str).collect() }
    }
}
