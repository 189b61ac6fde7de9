//! Steps: one command each, announced, timed, and added up at the end.

use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// A failed step, with what to do about it.
pub(crate) type Failure = String;

static TIMES: Mutex<Vec<(String, Duration)>> = Mutex::new(Vec::new());

/// Announces a step, does it, and notes how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    eprintln!("▸ {name}");
    let start = Instant::now();
    let result = work();
    let elapsed = start.elapsed();
    let mark = if result.is_ok() { "✓" } else { "✗" };
    eprintln!("{mark} {name} ({:.1} s)", elapsed.as_secs_f64());
    if let Ok(mut times) = TIMES.lock() {
        times.push((name.to_owned(), elapsed));
    }
    result
}

/// Does two things at the same time, and gives what both give.
pub(crate) fn both<A: Send, B: Send>(
    first: impl FnOnce() -> Result<A, Failure> + Send,
    second: impl FnOnce() -> Result<B, Failure> + Send,
) -> Result<(A, B), Failure> {
    thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        let first = first.join().unwrap_or_else(|_| Err("a step panicked".to_owned()));
        Ok((first?, second?))
    })
}

/// Runs a command with its output shown.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    let status = command.status().map_err(|error| format!("{shown} did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{shown} failed ({status})")) }
}

/// Runs a command quietly and gives what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let shown = shown(command);
    let output = command.output().map_err(|error| format!("{shown} did not start: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{shown} failed: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The cargo that runs this program, in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The workspace's root.
pub(crate) fn root() -> &'static std::path::Path {
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// Prints where the time went, where there was more than one step.
pub(crate) fn summary() {
    let Ok(times) = TIMES.lock() else { return };
    if times.len() < 2 {
        return;
    }
    eprintln!("\nWhere the time went:");
    for (name, time) in times.iter() {
        eprintln!("{:>8.1} s  {name}", time.as_secs_f64());
    }
}

fn shown(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
