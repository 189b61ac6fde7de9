//! What is said while a batch runs, all of it on standard error: a bar for people, lines where they are asked for,
//! errors always.

use std::io::{IsTerminal, stderr};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use edgepix_core::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Done, Failure};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// Errors only.
    Quiet,
    /// A bar on a terminal, and a line a result where there is one source.
    Plain,
    /// A line a result.
    Verbose,
}

/// Counts what is done and failed, and says it.
#[derive(Debug)]
pub(super) struct Report {
    bar: ProgressBar,
    /// When the batch began. What is over at once needs no bar.
    began: Instant,
    bar_wanted: bool,
    bar_shown: AtomicBool,
    lines: bool,
    summary: bool,
    results: usize,
    made: AtomicUsize,
    skipped: AtomicUsize,
    failed: AtomicUsize,
}

/// The bar's steps for each source.
const STEPS: u64 = 1000;

/// How long a batch runs before its bar is shown.
const PATIENCE: Duration = Duration::from_millis(400);

impl Report {
    /// Begins to report on so many sources, of each so many results.
    pub(super) fn new(voice: Voice, sources: usize, each: usize) -> Self {
        let terminal = stderr().is_terminal();
        let results = sources * each;
        let bar = ProgressBar::with_draw_target(Some(sources as u64 * STEPS), ProgressDrawTarget::hidden());
        let template = match results {
            1 => "{bar:30} {percent}%",
            _ => "{bar:30} {msg}, {eta} left",
        };
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let report = Self {
            bar,
            began: Instant::now(),
            bar_wanted: voice != Voice::Quiet && terminal,
            bar_shown: AtomicBool::new(false),
            lines: voice == Voice::Verbose || (voice == Voice::Plain && terminal && sources == 1),
            summary: sources > 1 && (voice == Voice::Verbose || (voice == Voice::Plain && terminal)),
            results,
            made: AtomicUsize::new(0),
            skipped: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        };
        report.count();
        report
    }

    /// Begins with the results of a source, so many of them.
    pub(super) fn meter(&self, results: usize) -> Meter<'_> {
        Meter { report: self, results: results.max(1) as u64, done: 0, shown: 0 }
    }

    /// A result is made; `line` says which.
    pub(super) fn made(&self, line: impl FnOnce() -> String) {
        self.made.fetch_add(1, Ordering::Relaxed);
        self.count();
        self.line(line);
    }

    /// A result is there already; `line` says which.
    pub(super) fn skipped(&self, line: impl FnOnce() -> String) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
        self.count();
        self.line(line);
    }

    /// So many results could not be made, for one reason.
    pub(super) fn failed(&self, failure: &Failure, results: usize) {
        self.failed.fetch_add(results, Ordering::Relaxed);
        self.count();
        self.bar.suspend(|| failure.show());
    }

    /// Says how it went.
    pub(super) fn finish(self) -> Done {
        self.bar.finish_and_clear();
        let [made, skipped, failed] = [self.made, self.skipped, self.failed].map(|count| count.into_inner());
        if self.summary {
            let others = [(skipped, "existed already"), (failed, "failed")];
            let others = others.iter().filter(|(count, _)| *count > 0);
            let others: String = others.map(|(count, what)| format!(", {count} {what}")).collect();
            eprintln!("{made} {} made{others}", images(made));
        }
        if failed == 0 { Done::All } else { Done::Some }
    }

    fn line(&self, line: impl FnOnce() -> String) {
        if self.lines {
            let line = line();
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }

    /// Writes the numbers beside the bar.
    fn count(&self) {
        let done: usize =
            [&self.made, &self.skipped, &self.failed].map(|count| count.load(Ordering::Relaxed)).iter().sum();
        self.bar.set_message(format!("{done}/{} {}", self.results, images(self.results)));
    }

    fn advance(&self, steps: u64) {
        if self.bar_wanted
            && self.began.elapsed() >= PATIENCE
            && !self.bar_shown.swap(true, Ordering::Relaxed)
        {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(steps);
    }
}

/// How far the results of one source are. Dropped, they are done.
#[derive(Debug)]
pub(super) struct Meter<'a> {
    report: &'a Report,
    results: u64,
    /// Results that are done.
    done: u64,
    /// Steps that the bar shows.
    shown: u64,
}

impl Meter<'_> {
    /// A result is done, the next one begins.
    pub(super) fn next(&mut self) {
        self.done += 1;
        self.show(self.done * STEPS / self.results);
    }

    fn show(&mut self, steps: u64) {
        let steps = steps.clamp(self.shown, STEPS);
        self.report.advance(steps - self.shown);
        self.shown = steps;
    }
}

impl Progress for Meter<'_> {
    fn advance(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        let part = u128::from(done) * u128::from(STEPS) / u128::from(total.max(1));
        self.show((self.done * STEPS + part as u64) / self.results);
        ControlFlow::Continue(())
    }
}

impl Drop for Meter<'_> {
    fn drop(&mut self) {
        self.show(STEPS);
    }
}

fn images(number: usize) -> &'static str {
    if number == 1 { "image" } else { "images" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_goes_as_the_work_does() {
        let report = Report::new(Voice::Quiet, 2, 3);
        let mut meter = report.meter(3);
        let mut positions = vec![report.bar.position()];
        for (done, total) in [(50, 100), (100, 100)] {
            assert!(meter.advance(done, total).is_continue());
            positions.push(report.bar.position());
        }
        meter.next();
        // Work that is estimated anew never takes the bar back.
        let _ = meter.advance(0, 100);
        positions.push(report.bar.position());
        let _ = meter.advance(7, 0);
        positions.push(report.bar.position());
        drop(meter);
        positions.push(report.bar.position());
        drop(report.meter(0));
        positions.push(report.bar.position());
        assert_eq!(positions, [0, 166, 333, 333, 1000, 1000, 2000]);
    }

    #[test]
    fn what_failed_is_some_and_what_existed_is_all() {
        let report = Report::new(Voice::Quiet, 1, 3);
        report.made(|| panic!("nobody asked"));
        report.skipped(|| panic!("nobody asked"));
        assert_eq!(report.finish(), Done::All);
        let report = Report::new(Voice::Quiet, 1, 3);
        report.failed(&Failure { what: "a".to_owned(), why: "b".to_owned() }, 2);
        assert_eq!(report.failed.load(Ordering::Relaxed), 2);
        assert_eq!(report.finish(), Done::Some);
    }
}
