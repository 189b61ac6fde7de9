//! The developer's commands: `cargo xtask setup`, `build`, `check`, `test`, `golden`, `dev`, `bench`.
//!
//! Each command sets up what it needs, shows its steps with their times, and names a missing tool together with the
//! command that gets it.

mod build;
mod check;
mod dev;
mod golden;
mod setup;
mod step;
mod test;
mod wasm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, checks, tests and measures Edgepix.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Gets the WebAssembly targets and the tools; every other command calls what it needs of it.
    Setup,
    /// Builds all products into dist/ and lists their sizes.
    Build,
    /// Formatting, lints, and the licences of all dependencies.
    Check,
    /// Builds, and runs every test and the golden suite on every host.
    Test,
    /// Runs the golden suite.
    Golden(golden::Options),
    /// Starts the service on a platform's own program, with the sample photos as its origin.
    Dev(dev::Options),
    /// Runs the benches: `stages` of the core beside peers, `sandbox` (the component's price), `platforms` (what a
    /// request costs on each).
    Bench {
        /// One of these names, or only those of `stages` whose name contains this.
        filter: Option<String>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Setup => setup::all(),
        Command::Build => build::all(),
        Command::Check => check::all(),
        Command::Test => test::all(),
        Command::Golden(options) => golden::run(&options),
        Command::Dev(options) => dev::run(&options),
        Command::Bench { filter } => test::bench(filter.as_deref()),
    };
    step::summary();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n✗ {error}");
            ExitCode::FAILURE
        }
    }
}
