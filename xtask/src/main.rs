//! The developer's commands: `cargo xtask setup`, `build`, `check`, `test`, `fuzz`, `soak`, `examples`, `golden`, `playground`,
//! `python`, `dev`, `bench`, `package`.
//!
//! Each command sets up what it needs, shows its steps with their times, and names a missing tool together with the
//! command that gets it.

mod bench;
mod build;
mod check;
mod dev;
#[cfg(test)]
mod documents;
mod examples;
mod fuzz;
mod golden;
mod package;
mod playground;
mod python;
mod semver;
mod setup;
mod soak;
mod step;
mod test;
mod versions;
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
    /// Builds all products into dist/, or the one that is named, and lists their sizes.
    Build(build::Options),
    /// Formatting, lints, and the licences and known vulnerabilities of all dependencies.
    Check,
    /// Builds, and runs every test and the golden suite on every host; with `--quick`, what a change to the core needs.
    Test(test::Options),
    /// Feeds every parser with inputs that a fuzzer makes, for a while; the report is printed, and written to
    /// dist/fuzz/report.json. Needs the nightly toolchain.
    Fuzz(fuzz::Options),
    /// Drives the server, the Worker and the wasi:http build with mixed requests and injected faults, for minutes; the report is
    /// printed, and written to dist/soak/report.json.
    Soak(soak::Options),
    /// Builds and runs the examples of hosts: the component and the core module from other programs.
    Examples,
    /// Runs the golden suite.
    Golden(golden::Options),
    /// Builds the playground page with the engine in it, as static files, into dist/playground/.
    Playground,
    /// Builds the core module and the wheel for Python around it, into dist/.
    Python(python::Options),
    /// Starts the service on a platform's own program, with the sample photos as its origin.
    Dev(dev::Options),
    /// Makes what a release publishes, in dist/packages/, and tries to publish the crates without doing it.
    Package(package::Options),
    /// Runs the benches: `stages` of the core, `sandbox` (the component's price), `platforms` (what a request costs on
    /// each), `peers` (the same work on other systems, into dist/bench/peers.json), `codecs` (our encoders beside others, into
    /// dist/bench/codecs.json), `cold` (what a start costs, into
    /// dist/bench/cold.json).
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Setup => setup::all(),
        Command::Build(options) => build::run_all(&options),
        Command::Check => check::all(),
        Command::Test(options) => test::run_all(&options),
        Command::Fuzz(options) => fuzz::run_targets(&options),
        Command::Soak(options) => soak::run_on(&options),
        Command::Examples => examples::all(),
        Command::Golden(options) => golden::run(&options),
        Command::Playground => playground::all(),
        Command::Python(options) => python::all(&options),
        Command::Dev(options) => dev::run(&options),
        Command::Package(options) => package::all(&options),
        Command::Bench(options) => bench::all(&options),
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
