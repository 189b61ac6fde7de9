//! Messages about a batch, on standard error: a progress bar on a terminal, a line for each result on request, and always the
//! errors.

use std::io::{IsTerminal, stderr};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use edgepix_core::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Failure, Outcome};

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// Errors only.
    Quiet,
    /// On a terminal a progress bar, and a line for each result if there is one source.
    Normal,
    /// A line for each result.
    Verbose,
}

/// Counts and prints what is made, skipped and failed.
#[derive(Debug)]
pub(super) struct Report {
    bar: ProgressBar,
    /// When the batch started. A short one shows no bar.
    started: Instant,
    shows_bar: bool,
    bar_shown: AtomicBool,
    warns: bool,
    lines: bool,
    summary: bool,
    results: usize,
    made: AtomicUsize,
    skipped: AtomicUsize,
    failed: AtomicUsize,
}

/// Steps of the bar for each source.
const STEPS: u64 = 1000;

/// The bar appears when a batch has run for so long.
const BAR_DELAY: Duration = Duration::from_millis(400);

impl Report {
    /// For a batch of `sources`, with so many results of each.
    pub(super) fn new(verbosity: Verbosity, sources: usize, each: usize) -> Self {
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
            started: Instant::now(),
            shows_bar: verbosity != Verbosity::Quiet && terminal,
            bar_shown: AtomicBool::new(false),
            warns: verbosity != Verbosity::Quiet,
            lines: verbosity == Verbosity::Verbose
                || (verbosity == Verbosity::Normal && terminal && sources == 1),
            summary: sources > 1
                && (verbosity == Verbosity::Verbose || (verbosity == Verbosity::Normal && terminal)),
            results,
            made: AtomicUsize::new(0),
            skipped: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        };
        report.update_count();
        report
    }

    /// The progress of a source with so many results, which starts now.
    pub(super) fn progress(&self, results: usize) -> SourceProgress<'_> {
        SourceProgress { report: self, results: results.max(1) as u64, done: 0, steps: 0 }
    }

    /// A result has been made; `line` describes it.
    pub(super) fn made(&self, line: impl FnOnce() -> String) {
        self.made.fetch_add(1, Ordering::Relaxed);
        self.update_count();
        self.line(line);
    }

    /// Something about a result that has been made is not as it was asked for.
    pub(super) fn warn(&self, warning: &str) {
        if self.warns {
            self.bar.suspend(|| eprintln!("edgepix: {warning}"));
        }
    }

    /// A result exists already; `line` describes it.
    pub(super) fn skipped(&self, line: impl FnOnce() -> String) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
        self.update_count();
        self.line(line);
    }

    /// So many results of a source have failed, for one reason.
    pub(super) fn failed(&self, failure: &Failure, results: usize) {
        self.failed.fetch_add(results, Ordering::Relaxed);
        self.update_count();
        self.bar.suspend(|| failure.print());
    }

    /// Prints the summary.
    pub(super) fn finish(self) -> Outcome {
        self.bar.finish_and_clear();
        let [made, skipped, failed] = [self.made, self.skipped, self.failed].map(|count| count.into_inner());
        if self.summary {
            let others = [(skipped, "existed already"), (failed, "failed")];
            let others = others.iter().filter(|(count, _)| *count > 0);
            let others: String = others.map(|(count, what)| format!(", {count} {what}")).collect();
            eprintln!("{made} {} made{others}", images(made));
        }
        if failed == 0 { Outcome::Complete } else { Outcome::Partial }
    }

    fn line(&self, line: impl FnOnce() -> String) {
        if self.lines {
            let line = line();
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }

    /// Updates the numbers beside the bar.
    fn update_count(&self) {
        let done: usize =
            [&self.made, &self.skipped, &self.failed].map(|count| count.load(Ordering::Relaxed)).iter().sum();
        self.bar.set_message(format!("{done}/{} {}", self.results, images(self.results)));
    }

    fn advance(&self, steps: u64) {
        if self.shows_bar
            && self.started.elapsed() >= BAR_DELAY
            && !self.bar_shown.swap(true, Ordering::Relaxed)
        {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(steps);
    }
}

/// The progress of one source. When it is dropped, the source is done.
#[derive(Debug)]
pub(super) struct SourceProgress<'a> {
    report: &'a Report,
    results: u64,
    /// Results that are finished, made or not.
    done: u64,
    /// Steps that have been added to the bar.
    steps: u64,
}

impl SourceProgress<'_> {
    /// A result is finished, and the next one starts.
    pub(super) fn next(&mut self) {
        self.done += 1;
        self.show(self.done * STEPS / self.results);
    }

    fn show(&mut self, steps: u64) {
        let steps = steps.clamp(self.steps, STEPS);
        self.report.advance(steps - self.steps);
        self.steps = steps;
    }
}

impl Progress for SourceProgress<'_> {
    fn advance(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        let part = u128::from(done) * u128::from(STEPS) / u128::from(total.max(1));
        self.show((self.done * STEPS + part as u64) / self.results);
        ControlFlow::Continue(())
    }
}

impl Drop for SourceProgress<'_> {
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
    fn the_bar_follows_the_work() {
        let report = Report::new(Verbosity::Quiet, 2, 3);
        let mut progress = report.progress(3);
        let mut positions = vec![report.bar.position()];
        for (done, total) in [(50, 100), (100, 100)] {
            assert!(progress.advance(done, total).is_continue());
            positions.push(report.bar.position());
        }
        progress.next();
        // The bar never goes back.
        let _ = progress.advance(0, 100);
        positions.push(report.bar.position());
        let _ = progress.advance(7, 0);
        positions.push(report.bar.position());
        drop(progress);
        positions.push(report.bar.position());
        drop(report.progress(0));
        positions.push(report.bar.position());
        assert_eq!(positions, [0, 166, 333, 333, 1000, 1000, 2000]);
    }

    #[test]
    fn only_failures_make_the_outcome_partial() {
        let report = Report::new(Verbosity::Quiet, 1, 3);
        report.made(|| panic!("printed without being verbose"));
        report.skipped(|| panic!("printed without being verbose"));
        assert_eq!(report.finish(), Outcome::Complete);
        let report = Report::new(Verbosity::Quiet, 1, 3);
        report.failed(&Failure { name: "a".to_owned(), reason: "b".to_owned() }, 2);
        assert_eq!(report.failed.load(Ordering::Relaxed), 2);
        assert_eq!(report.finish(), Outcome::Partial);
    }
}
