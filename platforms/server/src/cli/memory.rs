//! The memory that the threads share. A job starts when it and all other jobs and sources fit into the budget.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The budget, and how much of it is in use.
#[derive(Debug)]
pub(super) struct MemoryBudget {
    bytes: u64,
    used: Mutex<Used>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Used {
    bytes: u64,
    jobs: usize,
}

impl MemoryBudget {
    pub(super) fn new(budget: u64) -> Self {
        Self { bytes: budget, used: Mutex::default(), freed: Condvar::new() }
    }

    /// Counts a source that is in memory. It never waits: the source has been read already.
    pub(super) fn reserve_source(&self, bytes: u64) -> SourceReservation<'_> {
        self.lock().bytes += bytes;
        SourceReservation { budget: self, bytes }
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn free(&self, bytes: u64, jobs: usize) {
        let mut used = self.lock();
        used.bytes -= bytes;
        used.jobs -= jobs;
        drop(used);
        self.freed.notify_all();
    }
}

/// The memory of a source, given back when this is dropped.
#[derive(Debug)]
pub(super) struct SourceReservation<'a> {
    budget: &'a MemoryBudget,
    bytes: u64,
}

impl<'a> SourceReservation<'a> {
    /// Waits until a job that plans for so many bytes fits into the budget. If no other job runs it starts at once: a plan
    /// that is over the budget by itself was refused before.
    pub(super) fn reserve_job(&self, plan: u64) -> JobReservation<'a> {
        let budget = self.budget;
        let over = |used: &mut Used| used.jobs > 0 && used.bytes.saturating_add(plan) > budget.bytes;
        let used = budget.freed.wait_while(budget.lock(), over);
        let mut used = used.unwrap_or_else(PoisonError::into_inner);
        used.bytes += plan;
        used.jobs += 1;
        JobReservation { budget, bytes: plan }
    }
}

impl Drop for SourceReservation<'_> {
    fn drop(&mut self) {
        self.budget.free(self.bytes, 0);
    }
}

/// The memory of a running job, given back when this is dropped.
#[derive(Debug)]
pub(super) struct JobReservation<'a> {
    budget: &'a MemoryBudget,
    bytes: u64,
}

impl Drop for JobReservation<'_> {
    fn drop(&mut self) {
        self.budget.free(self.bytes, 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn jobs_wait_until_they_fit() {
        let memory = MemoryBudget::new(100);
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let source = memory.reserve_source(1);
                    let _reservation = source.reserve_job(40);
                    most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::yield_now();
                    running.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert!((1..=2).contains(&most.into_inner()));
        let used = memory.lock();
        assert_eq!((used.bytes, used.jobs), (0, 0));
    }

    #[test]
    fn a_job_that_is_alone_starts() {
        let memory = MemoryBudget::new(10);
        let _waiting = memory.reserve_source(10);
        drop(memory.reserve_source(5).reserve_job(10));
    }
}
