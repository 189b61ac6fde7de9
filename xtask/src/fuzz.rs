//! The fuzz targets of `tests/fuzz`, each for a while under libFuzzer, several at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;

use crate::step::{Failure, output, root, run, step};
use crate::{build, setup};

/// The package of the programs; its folder is that of a workspace of its own.
const FOLDER: &str = "tests/fuzz/libfuzzer";

/// The compiler that knows the fuzzer's instrumentation.
const TOOLCHAIN: &str = "nightly";

/// In safe code the address sanitizer finds nothing, and costs most of the speed. Looking at each comparison costs half of what is
/// left; the seeds hold what the fuzzer would learn from that.
const BUILT: [&str; 3] = ["--sanitizer", "none", "--no-trace-compares"];

/// The longest input, in bytes; the longest time for one, in seconds.
const RUN: [&str; 3] = ["-max_len=4096", "-timeout=20", "-print_final_stats=1"];

#[derive(Args)]
pub(crate) struct Options {
    /// Only this target; may be repeated. Default: every one.
    #[arg(long)]
    target: Vec<String>,
    /// Minutes for all targets together. Slow ones get more of them, so that all come to as many runs.
    #[arg(long, conflicts_with = "seconds")]
    minutes: Option<f64>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Targets at a time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
}

/// Runs the targets, writes what became of them to `dist/fuzz/report.json`, and fails at the end where there were findings.
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
    step("build the fuzz targets", || run(fuzz.command("build").args(BUILT)))?;
    let seconds = options.turn(chosen.len());
    let time = options.minutes.map(|minutes| Duration::try_from_secs_f64(minutes * 60.0)).transpose();
    let shared = Shared::new(chosen, time.map_err(|error| format!("--minutes: {error}"))?);
    let reports = shared.run(options.jobs, |name| {
        step(&format!("fuzz {name} ({seconds} s)"), || fuzz.target(name, seconds))
    })?;
    println!("\n{}", table(&reports));
    build::write("fuzz/report.json", json(&reports).as_bytes())?;
    let findings: usize = reports.iter().map(|report| report.findings).sum();
    if findings == 0 { Ok(()) } else { Err(format!("{findings} findings, in {FOLDER}/artifacts")) }
}

/// Turns that a target would have if all were equally fast.
const TURNS: u64 = 4;

impl Options {
    /// Seconds of a turn, for so many targets.
    fn turn(&self, targets: usize) -> u64 {
        let Some(minutes) = self.minutes else { return self.seconds };
        let all = (minutes * 60.0) as u64 * self.jobs.max(1) as u64;
        (all / (targets.max(1) as u64 * TURNS)).max(1)
    }
}

/// Targets that share a time: each has a turn, and then those of them that had the fewest runs, until the time is over.
struct Shared {
    end: Option<Instant>,
    targets: Mutex<Vec<Target>>,
}

struct Target {
    name: String,
    is_running: bool,
    report: Option<Report>,
}

impl Shared {
    fn new(names: &[String], time: Option<Duration>) -> Self {
        let target = |name: &String| Target { name: name.clone(), is_running: false, report: None };
        Self {
            end: time.map(|time| Instant::now() + time),
            targets: Mutex::new(names.iter().map(target).collect()),
        }
    }

    /// Gives turns, so many at a time. The reports are in the order of the names.
    fn run(
        self,
        jobs: usize,
        turn: impl Fn(&str) -> Result<Report, Failure> + Sync,
    ) -> Result<Vec<Report>, Failure> {
        let worker = || {
            while let Some((place, name)) = self.next() {
                self.ended(place, turn(&name)?);
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(worker)).collect();
            let mut joined = workers.into_iter().map(|worker| worker.join());
            joined.try_for_each(|done| done.unwrap_or_else(|_| Err("a step panicked".to_owned())))
        })?;
        let targets = self.targets.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(targets.into_iter().filter_map(|target| target.report).collect())
    }

    fn next(&self) -> Option<(usize, String)> {
        let is_over = self.end.is_none_or(|end| Instant::now() >= end);
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        // One with a finding would find it again.
        let waits = |target: &Target| {
            let again = |report: &Report| report.findings == 0 && !is_over;
            !target.is_running && target.report.as_ref().is_none_or(again)
        };
        let runs = |target: &Target| target.report.as_ref().map_or(0, |report| report.runs);
        let waiting = targets.iter_mut().enumerate().filter(|(_, target)| waits(target));
        let (place, target) = waiting.min_by_key(|(_, target)| runs(target))?;
        target.is_running = true;
        Some((place, target.name.clone()))
    }

    fn ended(&self, place: usize, report: Report) {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let target = &mut targets[place];
        target.is_running = false;
        target.report = Some(match target.report.take() {
            Some(before) => before.and(report),
            None => report,
        });
    }
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
    fn target(&self, name: &str, seconds: u64) -> Result<Report, Failure> {
        let folder = |kind: &str| root().join(FOLDER).join(kind).join(name);
        let corpus = folder("corpus");
        fs::create_dir_all(&corpus).map_err(|error| format!("{}: {error}", corpus.display()))?;
        let known = files(&folder("artifacts"));
        let mut command = self.command("run");
        command.args(BUILT).arg(name).arg(&corpus).arg(self.seeds.join(name)).arg("--").args(RUN);
        command.arg(format!("-max_total_time={seconds}"));
        let began = Instant::now();
        let finished = command.output().map_err(|error| format!("cargo-fuzz did not start: {error}"))?;
        let said = String::from_utf8_lossy(&finished.stderr);
        let mut report = Report::read(name, &said);
        report.seconds = began.elapsed().as_secs();
        report.corpus = files(&corpus);
        report.findings = files(&folder("artifacts")).saturating_sub(known);
        if !finished.status.success() {
            eprintln!("{said}");
            if report.findings == 0 {
                return Err(format!("the target {name} did not run"));
            }
        }
        Ok(report)
    }
}

/// How many files there are in a folder: inputs of a corpus, or such that break a promise.
fn files(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, |entries| entries.flatten().count())
}

/// What a run of libFuzzer has come to.
#[derive(Debug, Default, PartialEq)]
struct Report {
    target: String,
    runs: u64,
    /// Edges of the program's flow that were reached.
    edges: u64,
    /// Inputs that are kept because each reached something new.
    corpus: usize,
    findings: usize,
    seconds: u64,
}

impl Report {
    /// This turn's and the next one's.
    fn and(self, next: Report) -> Self {
        Self {
            runs: self.runs + next.runs,
            edges: self.edges.max(next.edges),
            findings: self.findings + next.findings,
            seconds: self.seconds + next.seconds,
            ..next
        }
    }

    /// Reads what libFuzzer printed. A run that ends with a finding counts, too.
    fn read(target: &str, said: &str) -> Self {
        let number = |text: Option<&str>| text.and_then(|text| text.split_whitespace().next()?.parse().ok());
        let last = |key: &str| number(said.rsplit_once(key).map(|(_, behind)| behind)).unwrap_or(0);
        let runs = last("stat::number_of_executed_units:");
        Self { target: target.to_owned(), runs, edges: last(" cov: "), ..Self::default() }
    }
}

fn table(reports: &[Report]) -> String {
    let mut lines = vec![format!(
        "{:<12} {:>12} {:>8} {:>8} {:>9} {:>8}",
        "target", "runs", "edges", "corpus", "findings", "seconds"
    )];
    lines.extend(reports.iter().map(|report| {
        let Report { target, runs, edges, corpus, findings, seconds } = report;
        format!("{target:<12} {runs:>12} {edges:>8} {corpus:>8} {findings:>9} {seconds:>8}")
    }));
    lines.join("\n")
}

fn json(reports: &[Report]) -> String {
    let values = reports.iter().map(|report| {
        let Report { target, runs, edges, corpus, findings, seconds } = report;
        serde_json::json!({
            "target": target, "runs": runs, "edges": edges, "corpus": corpus, "findings": findings, "seconds": seconds,
        })
    });
    format!("{:#}\n", serde_json::Value::Array(values.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_prints_is_read() {
        let said = "#2\tINITED cov: 120 ft: 121 corp: 1/1b\n#900\tNEW    cov: 345 ft: 800 corp: 9/99b exec/s: 0\n\
                    Done 1234 runs in 2 second(s)\nstat::number_of_executed_units: 1234\nstat::average_exec_per_sec: 617\n";
        let report = Report { target: "png".into(), runs: 1234, edges: 345, ..Report::default() };
        assert_eq!(Report::read("png", said), report);
        let told: serde_json::Value = serde_json::from_str(&json(&[report])).unwrap();
        assert_eq!((&told[0]["runs"], &told[0]["edges"]), (&1234.into(), &345.into()));
    }

    #[test]
    fn the_minutes_are_shared() {
        let options = |minutes, jobs| Options { target: vec![], minutes, seconds: 60, jobs };
        assert_eq!(options(None, 2).turn(19), 60);
        assert_eq!(options(Some(19.0), 2).turn(19), 30);
        assert_eq!(options(Some(0.001), 2).turn(19), 1);
    }

    fn reports(time: Option<Duration>, findings: usize) -> Vec<Report> {
        let names = ["slow", "fast"].map(str::to_owned);
        let turn = |name: &str| {
            thread::sleep(Duration::from_millis(1));
            let runs = if name == "slow" { 1 } else { 1000 };
            Ok(Report { target: name.to_owned(), runs, findings, seconds: 1, ..Report::default() })
        };
        Shared::new(&names, time).run(1, turn).unwrap()
    }

    #[test]
    fn slow_targets_have_more_turns() {
        let turns = |reports: Vec<Report>| reports.iter().map(|report| report.seconds).collect::<Vec<_>>();
        assert_eq!(turns(reports(None, 0)), [1, 1], "no time to share");
        assert_eq!(turns(reports(Some(Duration::ZERO), 0)), [1, 1], "each has one");
        assert_eq!(turns(reports(Some(Duration::from_secs(600)), 1)), [1, 1], "findings end it");
        let reports = reports(Some(Duration::from_millis(50)), 0);
        assert_eq!(reports[1].seconds, 1);
        assert_eq!(reports[0].runs, reports[0].seconds);
        assert_eq!(reports[0].target, "slow");
    }

    #[test]
    fn a_failure_is_the_result() {
        let names = ["a", "b"].map(str::to_owned);
        assert!(Shared::new(&names, None).run(2, |name| Err(name.to_owned())).is_err());
    }
}
