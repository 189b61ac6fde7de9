//! How far a job is.

use std::ops::ControlFlow;

/// Hears how far a job is, and may stop it. Called between rows.
pub trait Progress {
    /// So much of the [plan's work](crate::Plan::work) is done, of so much in all. `Break` ends the job with
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
