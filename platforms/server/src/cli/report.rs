//! What is said while a batch runs, all of it on standard error: a bar for people, lines where they are asked for,
//! errors always.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Done, Failure};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// Errors only.
    Quiet,
    /// A bar on a terminal, where there are several files; a line where there is one.
    Plain,
    /// A line a file.
    Verbose,
}

/// Counts what is done and failed, and says it.
#[derive(Debug)]
pub(super) struct Report {
    bar: ProgressBar,
    lines: bool,
    summary: bool,
    made: AtomicUsize,
    failed: AtomicUsize,
}

impl Report {
    pub(super) fn new(voice: Voice, files: usize) -> Self {
        let terminal = stderr().is_terminal();
        let several = files > 1;
        let target = match voice {
            Voice::Plain | Voice::Verbose if several => ProgressDrawTarget::stderr(),
            _ => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(files as u64), target);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} images, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.tick();
        Self {
            bar,
            lines: voice == Voice::Verbose || (voice == Voice::Plain && terminal && !several),
            summary: several && (voice == Voice::Verbose || (voice == Voice::Plain && terminal)),
            made: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
        }
    }

    /// A file is done; `line` says how.
    pub(super) fn made(&self, line: impl FnOnce() -> String) {
        self.made.fetch_add(1, Ordering::Relaxed);
        if self.lines {
            let line = line();
            self.bar.suspend(|| eprintln!("{line}"));
        }
        self.bar.inc(1);
    }

    /// A file failed.
    pub(super) fn failed(&self, Failure { what, why }: &Failure) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        self.bar.suspend(|| eprintln!("edgepix: {what}: {}", why.trim_end_matches('.')));
        self.bar.inc(1);
    }

    /// Says how it went.
    pub(super) fn finish(self) -> Done {
        self.bar.finish_and_clear();
        let (made, failed) = (self.made.into_inner(), self.failed.into_inner());
        if self.summary {
            let images = if made == 1 { "image" } else { "images" };
            match failed {
                0 => eprintln!("{made} {images} made"),
                _ => eprintln!("{made} {images} made, {failed} failed"),
            }
        }
        if failed == 0 { Done::All } else { Done::Some }
    }
}
