//! The workers: one process for each system, which works only when it is asked to.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use edgepix_bench_worker::Job;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::peers::Options;
use crate::{product, root};

/// The systems, ours first.
pub(crate) const SYSTEMS: [&str; 8] = [
    "edgepix-native",
    "edgepix-native-v3",
    "edgepix-v8",
    "edgepix-wasmtime",
    "sharp",
    "wasm-vips",
    "photon",
    "jsquash",
];

/// A process that is ready.
pub(crate) struct Worker {
    /// What it said.
    pub(crate) ready: Ready,
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    errors: PathBuf,
}

/// What a worker says when it is ready.
#[derive(Deserialize)]
pub(crate) struct Ready {
    /// Memory before the first job; 0 where memory is what the process has more than now.
    pub(crate) empty_bytes: u64,
    /// Its module's files.
    pub(crate) module_bytes: u64,
}

/// What a worker says after a job.
#[derive(Deserialize)]
pub(crate) struct Run {
    /// How long it took.
    pub(crate) ms: f64,
    /// Length of the output.
    pub(crate) bytes: u64,
    /// The most memory that there was so far: of the modules, or of the process where there are none.
    pub(crate) peak_bytes: u64,
    /// The most that the process had more than when it was ready.
    pub(crate) rss_bytes: u64,
}

impl Worker {
    /// Starts a system's process, and waits until it is ready.
    pub(crate) fn start(system: &str, job: &Job, options: &Options) -> Result<Self, String> {
        let errors = product("bench").join(format!("{system}.log"));
        let log = File::create(&errors).map_err(|error| format!("{}: {error}", errors.display()))?;
        let mut command = command(system, options)?;
        command.args(job.arguments());
        command.env("EDGEPIX_BENCH_NODE_MODULES", &options.node_modules);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().map_err(|error| format!("{system} did not start: {error}"))?;
        // Where memory runs out it shall be this one that goes. Not every system lets us say so.
        let _ = fs::write(format!("/proc/{}/oom_score_adj", process.id()), "1000");
        let (Some(commands), Some(answers)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(format!("{system} cannot be spoken to"));
        };
        let mut answers = BufReader::new(answers);
        let ready = answer(&mut answers).map_err(|error| last_words(&errors).unwrap_or(error))?;
        Ok(Self { ready, process, commands, answers, errors })
    }

    /// One run, whose output may be kept in a file.
    pub(crate) fn go(&mut self, output: Option<&Path>, quality: Option<u8>) -> Result<Run, String> {
        let output = output.map(|path| path.display().to_string()).unwrap_or_default();
        let quality = quality.map(|quality| quality.to_string()).unwrap_or_default();
        writeln!(self.commands, "go\t{output}\t{quality}")
            .map_err(|error| error.to_string())
            .and_then(|()| answer(&mut self.answers))
            .map_err(|error| last_words(&self.errors).unwrap_or(error))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(system: &str, options: &Options) -> Result<Command, String> {
    let program = |path: &Option<PathBuf>| {
        let path = path.as_ref().ok_or_else(|| format!("{system} was not built"))?;
        Ok::<_, String>(Command::new(path))
    };
    Ok(match system {
        "edgepix-native" => program(&options.native)?,
        "edgepix-native-v3" => program(&options.native_v3)?,
        "edgepix-wasmtime" => {
            let mut command = Command::new(std::env::current_exe().map_err(|error| error.to_string())?);
            command.args(["worker", "--"]);
            command
        }
        node => {
            let mut command = Command::new("node");
            let file = if node == "edgepix-v8" { "edgepix" } else { node };
            command.arg(root().join("benches/peers/worker.mjs")).arg(file);
            command
        }
    })
}

fn answer<T: DeserializeOwned>(answers: &mut BufReader<ChildStdout>) -> Result<T, String> {
    let mut line = String::new();
    match answers.read_line(&mut line).map_err(|error| error.to_string())? {
        0 => Err("the process ended".to_owned()),
        _ => serde_json::from_str(&line).map_err(|error| format!("{error}: {line}")),
    }
}

/// The line of a process's errors that says what was wrong.
fn last_words(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let named = |line: &&str| line.contains("rror") && !line.trim_start().starts_with("at ");
    let line = text.lines().find(named).or_else(|| text.lines().rfind(|line| !line.trim().is_empty()))?;
    Some(line.trim().to_owned())
}
