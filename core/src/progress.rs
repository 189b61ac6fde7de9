//! How far a job is.

use std::ops::ControlFlow;

/// Hears how far a job is, and may stop it. Called between rows.
///
/// A function of the work done and of the whole is one, and `()` is one that hears nothing:
///
/// ```
/// use std::ops::ControlFlow;
///
/// use edgepix_core::{Kind, Limits, Source, Transform};
///
/// let source = Source::open(std::fs::read("photo.jpg")?, &Limits::default())?;
/// let options = Transform::default();
/// let mut percent = 0;
/// source.prepare(&options)?.run(&mut |done, total| {
///     percent = done * 100 / total;
///     ControlFlow::Continue(())
/// })?;
/// assert!(percent > 0);
///
/// let stopped = source.prepare(&options)?.run(&mut |_, _| ControlFlow::Break(()));
/// assert_eq!(stopped.unwrap_err().kind, Kind::Cancelled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Progress {
    /// `done` of `total` is done, in the unit of the [plan's work](crate::Plan::work). `Break` ends the job with
    /// [`Kind::Cancelled`](crate::Kind::Cancelled).
    fn advance(&mut self, done: u64, total: u64) -> ControlFlow<()>;
}

/// Hears nothing and never stops.
impl Progress for () {
    fn advance(&mut self, _: u64, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// A function that is called with the work done and the whole.
impl<F: FnMut(u64, u64) -> ControlFlow<()>> Progress for F {
    fn advance(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        self(done, total)
    }
}
