//! Memory that the threads share: a job begins when what all hold and plan for stays within the budget.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The budget, and who has how much of it.
#[derive(Debug)]
pub(super) struct Memory {
    budget: u64,
    used: Mutex<Used>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Used {
    bytes: u64,
    jobs: usize,
}

impl Memory {
    pub(super) fn new(budget: u64) -> Self {
        Self { budget, used: Mutex::default(), freed: Condvar::new() }
    }

    /// Counts a source that is held, whose jobs may have to wait.
    pub(super) fn hold(&self, bytes: u64) -> Held<'_> {
        self.lock().bytes += bytes;
        Held { memory: self, bytes }
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

/// A source's part of the budget, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Held<'a> {
    memory: &'a Memory,
    bytes: u64,
}

impl<'a> Held<'a> {
    /// Waits until a job's plan fits beside all others. A job that is alone fits: what is over the budget by itself was
    /// refused by its plan.
    pub(super) fn begin(&self, plan: u64) -> Running<'a> {
        let memory = self.memory;
        let over = |used: &mut Used| used.jobs > 0 && used.bytes.saturating_add(plan) > memory.budget;
        let used = memory.freed.wait_while(memory.lock(), over);
        let mut used = used.unwrap_or_else(PoisonError::into_inner);
        used.bytes += plan;
        used.jobs += 1;
        Running { memory, bytes: plan }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.memory.free(self.bytes, 0);
    }
}

/// A running job's part of the budget, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Running<'a> {
    memory: &'a Memory,
    bytes: u64,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.memory.free(self.bytes, 1);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn jobs_wait_for_one_another() {
        let memory = Memory::new(100);
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let held = memory.hold(1);
                    let _running = held.begin(40);
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
    fn a_job_that_is_alone_begins() {
        let memory = Memory::new(10);
        let _waiting = memory.hold(10);
        drop(memory.hold(5).begin(10));
    }
}
