//! The golden suite on one host or several.

use clap::Args;

use crate::step::{Failure, cargo, step};
use crate::{build, setup};

// The suite itself takes minutes to compile; its list of names does not.
#[path = "../../tests/src/hosts/names.rs"]
#[allow(unreachable_pub, reason = "the suite, whose file it is, shows it to the world")]
mod names;

use names::HOSTS;

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
    build::for_hosts(&options.hosts())?;
    suite(options, &setup::Runtimes::get()?)
}

/// Runs the suite on what is built.
pub(crate) fn suite(options: &Options, runtimes: &setup::Runtimes) -> Result<(), Failure> {
    step("golden suite", || {
        let mut command = cargo();
        command.args(["run", "--quiet", "--release", "--package", "edgepix-golden", "--bin", "golden", "--"]);
        runtimes.tell(&mut command);
        options.hosts().iter().for_each(|host| _ = command.args(["--host", host]));
        options.filter.iter().for_each(|filter| _ = command.args(["--filter", filter]));
        if options.bless {
            command.arg("--bless");
        }
        crate::step::run(&mut command)
    })
}

impl Options {
    fn hosts(&self) -> Vec<&str> {
        if self.host.is_empty() { HOSTS.to_vec() } else { self.host.iter().map(String::as_str).collect() }
    }
}
