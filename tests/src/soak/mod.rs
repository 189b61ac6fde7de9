//! A soak: a runtime under mixed requests and injected faults for minutes, and a report of what its clients saw.
//!
//! Four phases: quiet, faults, overload, quiet again. In the first and the last the same clients ask for the same kinds of things,
//! so that these two can be compared. [`requests`] chooses what is asked, [`contract`] judges each answer, [`clients`] are the
//! threads that ask, and [`report`] adds up.

pub mod clients;
pub mod contract;
pub mod report;
pub mod requests;

use std::thread::sleep;
use std::time::{Duration, Instant};

use edgepix_origin::{Origin, start_untrusted};

use crate::golden_folder;
use crate::runtimes::{ISOLATE, Runtime, Settings};
use clients::{Crowd, Site};
use report::{Memory, Report};

/// The hosts that can be driven.
pub const HOSTS: [&str; 3] = ["server", "cloudflare", "wasi-http"];

/// Bytes of answers that the server keeps, few enough to be full after seconds.
const CACHE: u64 = 8 << 20;
/// Bytes that its jobs may plan for together.
const BUDGET: u64 = 96 << 20;
/// How much larger a runtime may be in the end than before the faults. The server's own part; what V8 and Wasmtime keep for
/// the next request is theirs.
const GROWTH: [(&str, u64); 3] =
    [("server", CACHE + (32 << 20)), ("cloudflare", 192 << 20), ("wasi-http", 192 << 20)];
/// Clients at once while it is quiet.
const QUIET: usize = 2;
/// Clients at once while origins and clients misbehave. Many of them wait for what stalls.
const MANY: usize = 12;
/// How much slower the slowest answers may be in the end, and never is too slow what takes less than this.
const SLOWER: (u32, Duration) = (4, Duration::from_secs(2));
/// Panics and traps, in the words of Rust, of V8 and of Wasmtime.
const PANICS: [&str; 5] = ["panicked at", "wasm trap", "wasm `unreachable`", "RuntimeError", "memory fault"];

/// How a soak is made.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The time of all phases together.
    pub time: Duration,
    /// What all choices follow from.
    pub seed: u64,
    /// The longest that a request may wait for its answer.
    pub deadline: Duration,
    /// Whether answers must come as soon after the faults as before: only where the machine does nothing else.
    pub compares_times: bool,
}

/// Soaks one of the [`HOSTS`].
///
/// # Errors
///
/// A sentence about what is missing. What the runtime does wrong stands in the report.
pub fn soak(host: &str, plan: &Plan) -> Result<Report, String> {
    let wrong = |what: &str, error: std::io::Error| format!("{what} did not start: {error}");
    let origin = Origin::start(requests::small_photo()?).map_err(|error| wrong("the origin", error))?;
    origin.serve(&golden_folder().join("sources"));
    let untrusted = start_untrusted().map_err(|error| wrong("the origin with TLS", error))?;
    let untrusted = format!("https://{untrusted}/");
    let settings = Settings::default()
        .with("EDGEPIX_ORIGIN", origin.url("/"))
        .with(
            "EDGEPIX_ALLOWED_SOURCES",
            format!("{untrusted},{}", origin.url("/").replace("http:", "https:")),
        )
        .with("EDGEPIX_ALLOW_PRIVATE", "loopback")
        .with("EDGEPIX_FETCH_TIMEOUT", 2)
        .with("EDGEPIX_LOG", "error");
    let settings = match host {
        "server" => settings.with("EDGEPIX_CACHE_BYTES", CACHE).with("EDGEPIX_MEMORY_BUDGET", BUDGET),
        _ => Settings { memory: Some(ISOLATE), ..settings },
    };
    let mut runtime = Runtime::start(host, &settings)?;
    let site = Site::new(&runtime, origin, &untrusted, plan)?;
    let memory = Memory::watched(&runtime);

    // A first round fills what is kept for all requests: threads, compiled code, the cache.
    let crowd = Crowd::new(&site, QUIET);
    crowd.run("warm-up", plan.time / 20, requests::usual);
    let before = crowd.run("quiet", plan.time / 5, requests::usual);
    let started = memory.settled();
    let faults = Crowd::new(&site, MANY).run("faults", plan.time * 2 / 5, requests::faults);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let overload = Crowd::new(&site, 20 * cores).run("overload", plan.time / 10, requests::heavy);
    // What is still at work for clients that have gone ends.
    sleep(plan.time / 20);
    let after = crowd.run("quiet again", plan.time / 5, requests::usual);
    let (peak, ended) = (memory.peak(), memory.settled_below(started, growth(host)));

    let mut report = Report::new(host, plan, vec![before, faults, overload, after]);
    report.memory(started, peak, ended);
    report.panics = panics(&runtime.log());
    if let Some(ended) = runtime.ended() {
        report.wrong.push(format!("the process ended: {ended}"));
    }
    report.judge(growth(host), Some(SLOWER).filter(|_| plan.compares_times));
    Ok(report)
}

/// What the memory may have grown by, in bytes.
fn growth(host: &str) -> u64 {
    GROWTH.iter().find(|(name, _)| *name == host).map_or(0, |(_, bytes)| *bytes)
}

/// The lines of a log that speak of panics.
fn panics(log: &str) -> Vec<String> {
    log.lines().filter(|line| PANICS.iter().any(|word| line.contains(word))).map(str::to_owned).collect()
}

/// The time since a moment, in microseconds.
fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_are_found_in_logs() {
        let log =
            "INFO listens\nthread 'a' panicked at src/a.rs:1:1:\nwasm trap: out of bounds memory access\n";
        assert_eq!(panics(log).len(), 2);
    }
}
