//! The soak: runtimes driven for minutes with mixed requests and injected faults.

use std::env::consts::EXE_SUFFIX;
use std::process::Command;

use clap::Args;

use crate::step::{Failure, root, run, step};
use crate::{build, setup};

/// What can be driven.
const HOSTS: [&str; 3] = ["server", "cloudflare", "wasi-http"];

#[derive(Args)]
pub(crate) struct Options {
    /// Only this host; may be repeated. Default: all three.
    #[arg(long, value_parser = HOSTS)]
    host: Vec<String>,
    /// Minutes for all hosts together.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// What all choices follow from: the number that a report names makes the same ones. Default: another one each time.
    #[arg(long)]
    seed: Option<u64>,
}

/// Builds what the hosts run, and drives them one after the other.
pub(crate) fn run_on(options: &Options) -> Result<(), Failure> {
    let hosts: Vec<&str> = if options.host.is_empty() {
        HOSTS.to_vec()
    } else {
        options.host.iter().map(String::as_str).collect()
    };
    build::for_hosts(&hosts)?;
    let folder = step("build the soak", || build::programs(&["--bin", "soak"]))?;
    let mut command = Command::new(folder.join(format!("soak{EXE_SUFFIX}")));
    command.current_dir(root()).envs(setup::soak(&hosts)?);
    command.arg("--minutes").arg(options.minutes.to_string());
    hosts.iter().for_each(|host| _ = command.args(["--host", host]));
    options.seed.iter().for_each(|seed| _ = command.arg("--seed").arg(seed.to_string()));
    step("soak", || run(&mut command))
}
