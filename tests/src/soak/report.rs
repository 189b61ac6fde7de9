//! What a soak has come to.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::Plan;
use crate::runtimes::{MemoryOf, Runtime};

/// Violations that are told; more say nothing new.
const TOLD: usize = 20;
/// How long memory may take to come down after the last request.
const SETTLING: Duration = Duration::from_secs(20);

/// A host's report.
#[derive(Debug, Serialize)]
pub struct Report {
    host: String,
    seed: u64,
    seconds: u64,
    phases: Vec<Phase>,
    /// Bytes of resident memory of all processes of the runtime: before the faults, at most, and in the end. 0 where the
    /// system does not tell.
    memory_before: u64,
    memory_peak: u64,
    memory_after: u64,
    /// Lines of the log that speak of panics or traps.
    pub panics: Vec<String>,
    /// What was not as it should be. Empty: passed.
    pub wrong: Vec<String>,
}

/// What the clients of a phase saw.
#[derive(Debug, Default, Serialize)]
pub struct Phase {
    name: String,
    clients: usize,
    /// Answers by status.
    statuses: BTreeMap<u16, u64>,
    /// Requests without an answer within the deadline, or with a connection that broke.
    unanswered: u64,
    /// Clients that did not wait for an answer.
    pub(super) hung_up: u64,
    /// Answers that were not of the contract.
    violations: u64,
    p50_ms: f64,
    p99_ms: f64,
    #[serde(skip)]
    micros: Vec<u64>,
    #[serde(skip)]
    told: Vec<String>,
}

impl Phase {
    pub(super) fn new(name: &str, clients: usize) -> Self {
        Self { name: name.to_owned(), clients, ..Self::default() }
    }

    pub(super) fn answered(&mut self, status: u16, micros: u64) {
        *self.statuses.entry(status).or_default() += 1;
        self.micros.push(micros);
    }

    pub(super) fn unanswered(&mut self, why: String) {
        self.unanswered += 1;
        self.tell(why);
    }

    pub(super) fn wrong(&mut self, why: String) {
        self.violations += 1;
        self.tell(why);
    }

    fn tell(&mut self, why: String) {
        if self.told.len() < TOLD {
            self.told.push(why);
        }
    }

    pub(super) fn add(&mut self, other: Phase) {
        other
            .statuses
            .into_iter()
            .for_each(|(status, count)| *self.statuses.entry(status).or_default() += count);
        self.unanswered += other.unanswered;
        self.hung_up += other.hung_up;
        self.violations += other.violations;
        self.micros.extend(other.micros);
        other.told.into_iter().for_each(|why| self.tell(why));
    }

    /// Milliseconds within which this part of all answers came, of a thousand.
    fn within(&self, part: usize) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * part).div_ceil(1000).saturating_sub(1);
        sorted.get(at).map_or(0.0, |micros| *micros as f64 / 1000.0)
    }

    fn count(&self) -> u64 {
        self.statuses.values().sum()
    }

    /// What was too much, for the service or for its origin.
    fn refused(&self) -> u64 {
        [503, 504].iter().filter_map(|status| self.statuses.get(status)).sum()
    }
}

impl Report {
    pub(super) fn new(host: &str, plan: &Plan, mut phases: Vec<Phase>) -> Self {
        for phase in &mut phases {
            (phase.p50_ms, phase.p99_ms) = (phase.within(500), phase.within(990));
        }
        Self {
            host: host.to_owned(),
            seed: plan.seed,
            seconds: plan.time.as_secs(),
            phases,
            memory_before: 0,
            memory_peak: 0,
            memory_after: 0,
            panics: Vec::new(),
            wrong: Vec::new(),
        }
    }

    pub(super) fn memory(&mut self, before: u64, peak: u64, after: u64) {
        (self.memory_before, self.memory_peak, self.memory_after) = (before, peak, after);
    }

    /// Finds what is wrong. `growth`: bytes by which memory may have grown. `slower`: how often the time of the slowest answers
    /// before the faults these may take after them, and a time that never is too slow.
    pub(super) fn judge(&mut self, growth: u64, slower: Option<(u32, Duration)>) {
        let mut wrong = Vec::new();
        for phase in &self.phases {
            if phase.unanswered + phase.violations > 0 {
                let (unanswered, violations) = (phase.unanswered, phase.violations);
                wrong.push(format!(
                    "{}: {unanswered} without an answer, {violations} against the contract",
                    phase.name
                ));
                wrong.extend(phase.told.iter().cloned());
            }
            if phase.count() == 0 {
                wrong.push(format!("{}: nothing was answered", phase.name));
            }
        }
        for quiet in [self.phases.first(), self.phases.last()].into_iter().flatten() {
            if quiet.refused() * 2 > quiet.count() {
                wrong.push(format!("{}: most is refused", quiet.name));
            }
        }
        if self.memory_after > self.memory_before + growth {
            wrong.push(format!("memory grew from {} to {} bytes", self.memory_before, self.memory_after));
        }
        if let ([before, ..], [.., after], Some(slower)) = (&self.phases[..], &self.phases[..], slower) {
            let most = f64::max(before.p99_ms * f64::from(slower.0), slower.1.as_secs_f64() * 1000.0);
            if after.p99_ms > most {
                wrong.push(format!(
                    "p99 is {:.0} ms after the faults, {:.0} ms before",
                    after.p99_ms, before.p99_ms
                ));
            }
        }
        if !self.panics.is_empty() {
            wrong.push(format!("{} lines of panics in the log", self.panics.len()));
            wrong.extend(self.panics.iter().take(TOLD).cloned());
        }
        self.wrong.append(&mut wrong);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        writeln!(f, "soak {}, {} s, seed {}", self.host, self.seconds, self.seed)?;
        writeln!(
            f,
            "  {:<12} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}  statuses",
            "phase", "answered", "refused", "hung up", "none", "p50 ms", "p99 ms"
        )?;
        for phase in &self.phases {
            let refused = phase.statuses.get(&503).copied().unwrap_or(0);
            let statuses: Vec<_> =
                phase.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
            writeln!(
                f,
                "  {:<12} {:>8} {:>8} {:>8} {:>8} {:>9.1} {:>9.1}  {}",
                phase.name,
                phase.count() - refused,
                refused,
                phase.hung_up,
                phase.unanswered,
                phase.p50_ms,
                phase.p99_ms,
                statuses.join(", ")
            )?;
        }
        let [before, peak, after] = [self.memory_before, self.memory_peak, self.memory_after].map(mib);
        writeln!(
            f,
            "  memory: {before:.0} MiB before the faults, {peak:.0} MiB at most, {after:.0} MiB after; panics: {}",
            self.panics.len()
        )?;
        self.wrong.iter().try_for_each(|why| writeln!(f, "  WRONG {why}"))?;
        write!(f, "soak {}: {}", self.host, if self.wrong.is_empty() { "passed" } else { "failed" })
    }
}

/// A runtime's resident memory, looked at ten times a second.
pub(super) struct Memory {
    of: MemoryOf,
    peak: Arc<AtomicU64>,
    ends: Arc<AtomicBool>,
}

impl Memory {
    pub(super) fn watched(runtime: &Runtime) -> Self {
        let memory = Self { of: runtime.memory(), peak: Arc::default(), ends: Arc::default() };
        let (of, peak, ends) = (memory.of, Arc::clone(&memory.peak), Arc::clone(&memory.ends));
        thread::spawn(move || {
            while !ends.load(Ordering::Relaxed) {
                peak.fetch_max(of.resident().unwrap_or(0), Ordering::Relaxed);
                sleep(Duration::from_millis(100));
            }
        });
        memory
    }

    pub(super) fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// The memory now.
    pub(super) fn settled(&self) -> u64 {
        self.of.resident().unwrap_or(0)
    }

    /// The memory once it is no more than so much larger than it was, or after a while.
    pub(super) fn settled_below(&self, before: u64, growth: u64) -> u64 {
        let began = Instant::now();
        while self.settled() > before + growth && began.elapsed() < SETTLING {
            sleep(Duration::from_millis(200));
        }
        self.settled()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(name: &str, millis: u64) -> Phase {
        let mut phase = Phase::new(name, 1);
        (1..=200).for_each(|number| phase.answered(200, number * millis * 10));
        phase
    }

    #[test]
    fn what_is_worse_in_the_end_is_told() {
        let plan = Plan {
            time: Duration::from_secs(1),
            seed: 1,
            deadline: Duration::from_secs(1),
            compares_times: true,
        };
        let judged = |last: Phase, after: u64| {
            let mut report = Report::new("server", &plan, vec![phase("quiet", 100), last]);
            report.memory(100, 900, after);
            report.judge(50, Some((2, Duration::ZERO)));
            report
        };
        let fine = judged(phase("quiet again", 150), 140);
        assert!(fine.wrong.is_empty(), "{fine}");
        assert_eq!((fine.phases[0].p50_ms, fine.phases[0].p99_ms), (100.0, 198.0));
        assert_eq!(judged(phase("quiet again", 250), 140).wrong.len(), 1, "slower");
        assert_eq!(judged(phase("quiet again", 100), 160).wrong.len(), 1, "larger");
        assert_eq!(judged(Phase::new("quiet again", 1), 140).wrong.len(), 1, "silent");
        let mut refused = phase("quiet again", 1);
        (0..300).for_each(|_| refused.answered(503, 1));
        assert_eq!(judged(refused, 140).wrong.len(), 1, "refused");
        let mut broken = phase("quiet again", 100);
        broken.unanswered("no connection".to_owned());
        let report = judged(broken, 140);
        assert_eq!(
            report.wrong,
            ["quiet again: 1 without an answer, 0 against the contract", "no connection"]
        );
        assert!(report.to_string().ends_with("soak server: failed"));
    }
}
