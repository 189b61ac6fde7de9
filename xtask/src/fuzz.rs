//! The fuzz targets of `tests/fuzz`, each for a while under libFuzzer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::step::{Failure, output, root, run, step};
use crate::{build, setup};

/// The package of the programs; its folder is that of a workspace of its own.
const FOLDER: &str = "tests/fuzz/libfuzzer";

/// The compiler that knows the fuzzer's instrumentation.
const TOOLCHAIN: &str = "nightly";

#[derive(Args)]
pub(crate) struct Options {
    /// Only this target; may be repeated. Default: every one.
    #[arg(long)]
    target: Vec<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Runs the targets one after the other, and fails at the end where there were findings.
pub(crate) fn run_targets(options: &Options) -> Result<(), Failure> {
    if output(Command::new("rustup").args(["run", TOOLCHAIN, "rustc", "--version"])).is_err() {
        return Err(format!(
            "There is no {TOOLCHAIN} toolchain; get it with: rustup toolchain install {TOOLCHAIN}\n\
             Without one, the same targets run shortly in: cargo test --release --package edgepix-fuzz"
        ));
    }
    let targets = targets()?;
    if let Some(unknown) = options.target.iter().find(|name| !targets.contains(name)) {
        return Err(format!("there is no target `{unknown}`, but {}", targets.join(", ")));
    }
    let fuzz = CargoFuzz { program: setup::cargo_fuzz()?, seeds: seeds()? };
    let chosen = if options.target.is_empty() { &targets } else { &options.target };
    step("build the fuzz targets", || run(fuzz.command("build").args(["--sanitizer", "none"])))?;
    let mut reports = Vec::new();
    for name in chosen {
        reports.push(step(&format!("fuzz {name}"), || fuzz.target(name, options.seconds))?);
    }
    println!();
    reports.iter().for_each(|report| println!("{}", report.line()));
    let findings: usize = reports.iter().map(|report| report.findings).sum();
    if findings == 0 { Ok(()) } else { Err(format!("{findings} findings, in {FOLDER}/artifacts")) }
}

/// The names of the targets, which are those of their files.
fn targets() -> Result<Vec<String>, Failure> {
    let files = build::files(&root().join(FOLDER).join("fuzz_targets"))?;
    let mut names: Vec<_> =
        files.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}

/// A folder with a folder of seeds for each target.
fn seeds() -> Result<PathBuf, Failure> {
    step("write the seeds", || {
        let folder = build::emptied("fuzz/seeds")?;
        let programs = build::programs(&["--bin", "fuzz-seeds"])?;
        run(Command::new(programs.join("fuzz-seeds")).arg(&folder))?;
        Ok(folder)
    })
}

struct CargoFuzz {
    program: PathBuf,
    seeds: PathBuf,
}

impl CargoFuzz {
    /// A command of cargo-fuzz's, with the toolchain that it needs in place of the one that runs this program.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(root()).env("RUSTUP_TOOLCHAIN", TOOLCHAIN);
        ["CARGO", "RUSTC", "RUSTDOC"].iter().for_each(|variable| _ = command.env_remove(variable));
        command.args([name, "--fuzz-dir", FOLDER]);
        command
    }

    /// What became of a target. The inputs that reached something new stay in its corpus, for the next run.
    fn target(&self, name: &str, seconds: u32) -> Result<Report, Failure> {
        let folder = |kind: &str| root().join(FOLDER).join(kind).join(name);
        let corpus = folder("corpus");
        fs::create_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
        let known = findings(&folder("artifacts"));
        let mut command = self.command("run");
        // In safe code the address sanitizer finds nothing, and costs most of the speed.
        command.args(["--sanitizer", "none", name]).arg(&corpus).arg(self.seeds.join(name)).arg("--");
        command.args(["-max_len=20000", "-timeout=20", "-print_final_stats=1"]);
        command.arg(format!("-max_total_time={seconds}"));
        let finished = command.output().map_err(|error| format!("cargo-fuzz did not start: {error}"))?;
        let said = String::from_utf8_lossy(&finished.stderr);
        let report = Report::read(name, &said, findings(&folder("artifacts")).saturating_sub(known));
        if !finished.status.success() {
            eprintln!("{said}");
            if report.findings == 0 {
                return Err(format!("the target {name} did not run"));
            }
        }
        Ok(report)
    }
}

/// How many inputs that break a promise lie in a folder.
fn findings(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, |entries| entries.flatten().count())
}

/// What a run of libFuzzer has come to.
#[derive(Debug, PartialEq)]
struct Report {
    target: String,
    runs: u64,
    /// Edges of the program's flow that were reached.
    coverage: u64,
    findings: usize,
}

impl Report {
    /// Reads what libFuzzer printed.
    fn read(target: &str, said: &str, findings: usize) -> Self {
        let number = |text: Option<&str>| text.and_then(|text| text.split_whitespace().next()?.parse().ok());
        let last = |key: &str| number(said.rsplit_once(key).map(|(_, behind)| behind)).unwrap_or(0);
        Self {
            target: target.to_owned(),
            runs: last("stat::number_of_executed_units:"),
            coverage: last(" cov: "),
            findings,
        }
    }

    fn line(&self) -> String {
        let Self { target, runs, coverage, findings } = self;
        format!("fuzz {target:<10} {runs:>10} runs  {coverage:>7} edges covered  {findings} findings")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_prints_is_read() {
        let said = "#2\tINITED cov: 120 ft: 121 corp: 1/1b\n#900\tNEW    cov: 345 ft: 800 corp: 9/99b exec/s: 0\n\
                    Done 1234 runs in 2 second(s)\nstat::number_of_executed_units: 1234\nstat::average_exec_per_sec: 617\n";
        let report = Report { target: "png".into(), runs: 1234, coverage: 345, findings: 0 };
        assert_eq!(Report::read("png", said, 0), report);
    }
}
