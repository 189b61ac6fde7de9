//! Admission by memory: the sum of the sources held and the plans made stays within the instance's budget.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use edgepix_core::{Error, Kind};

/// The memory that all jobs of one instance share.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    total: u64,
    /// The most that one job may have.
    share: u64,
    taken: AtomicU64,
}

/// A job's part of the budget. It is given back when the job's future and all bytes that it [counts](Self::held_by) are
/// dropped: a source that a thread still works on keeps it reserved, even where its request has ended.
#[derive(Clone, Debug)]
pub(crate) struct Reservation(Arc<Part>);

#[derive(Debug)]
struct Part {
    budget: Budget,
    bytes: AtomicU64,
}

impl Budget {
    /// A budget of `total` bytes, of which one job may have `share`.
    pub(crate) fn new(total: u64, share: u64) -> Self {
        Self(Arc::new(Shared { total, share: share.min(total), taken: AtomicU64::new(0) }))
    }

    /// Takes `bytes` for a job.
    ///
    /// # Errors
    ///
    /// [`Kind::TooLarge`] where it is more than one job may have, [`Kind::Busy`] where the other jobs leave less.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<Reservation, Error> {
        let reservation = Reservation(Arc::new(Part { budget: self.clone(), bytes: AtomicU64::new(0) }));
        reservation.resize(bytes)?;
        Ok(reservation)
    }

    /// Bytes that all jobs have at this moment.
    pub(crate) fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed)
    }
}

impl Reservation {
    /// Makes this `bytes` in all. Where that is refused it stays as it was. Called by the job's future alone, never by
    /// two threads at once.
    pub(crate) fn resize(&self, bytes: u64) -> Result<(), Error> {
        let Part { budget, bytes: own } = &*self.0;
        let Shared { total, share, taken } = &*budget.0;
        if bytes > *share {
            let message = format!("The job would need {bytes} bytes of memory; one may have {share}.");
            return Err(Error::too_large("memory", message, *share, bytes));
        }
        let before = own.load(Ordering::Relaxed);
        // No other memory is ordered by these numbers: only the sum has to be right.
        let admitted = taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
            taken.checked_sub(before)?.checked_add(bytes).filter(|sum| sum <= total)
        });
        if admitted.is_err() {
            return Err(busy());
        }
        own.store(bytes, Ordering::Relaxed);
        Ok(())
    }

    /// The same bytes, which keep the reservation for as long as they are held anywhere.
    pub(crate) fn held_by(&self, bytes: Bytes) -> Bytes {
        Bytes::from_owner(Held { bytes, _reservation: self.clone() })
    }

    /// What a finished job has left: its answer, which counts until it is sent. A slow client holds it for long.
    pub(crate) fn kept_by(self, answer: Bytes) -> Bytes {
        // An answer is part of the job's plan, so that this only gives back; else what was reserved stays so.
        let _ = self.resize(answer.len() as u64);
        self.held_by(answer)
    }
}

struct Held {
    bytes: Bytes,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The refusal of a job that will be taken later, for hosts that have queues of their own too.
pub fn busy() -> Error {
    Error::new(Kind::Busy, "Too many images are being made at this moment; try again soon.")
}

impl Drop for Part {
    fn drop(&mut self) {
        self.budget.0.taken.fetch_sub(*self.bytes.get_mut(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_stays_within_and_comes_back() {
        let budget = Budget::new(100, 100);
        let first = budget.reserve(60).unwrap();
        assert_eq!(budget.reserve(41).unwrap_err().kind, Kind::Busy);
        assert_eq!(budget.reserve(101).unwrap_err().kind, Kind::TooLarge);
        let second = budget.reserve(40).unwrap();
        assert_eq!(first.resize(61).unwrap_err().kind, Kind::Busy);
        assert_eq!(budget.taken(), 100);
        first.resize(10).unwrap();
        assert_eq!(budget.taken(), 50);
        drop(second);
        first.resize(100).unwrap();
        let error = first.resize(101).unwrap_err();
        assert_eq!((error.kind, error.limit, error.actual), (Kind::TooLarge, Some(100), Some(101)));
        drop(first);
        assert_eq!(budget.taken(), 0);
        assert_eq!(budget.reserve(u64::MAX).unwrap_err().kind, Kind::TooLarge);
    }

    #[test]
    fn one_job_has_its_share_at_most() {
        let budget = Budget::new(100, 50);
        let error = budget.reserve(51).unwrap_err();
        assert_eq!((error.kind, error.limit, error.actual), (Kind::TooLarge, Some(50), Some(51)));
        let (_first, _second) = (budget.reserve(50).unwrap(), budget.reserve(50).unwrap());
        assert_eq!(budget.reserve(1).unwrap_err().kind, Kind::Busy);
    }

    #[test]
    fn a_source_that_is_held_counts_for_its_whole_job() {
        let budget = Budget::new(100, 100);
        let memory = budget.reserve(10).unwrap();
        let source = memory.held_by(Bytes::from_static(&[0; 10]));
        memory.resize(80).unwrap();
        drop(memory);
        assert_eq!((budget.taken(), source.len()), (80, 10));
        drop(source);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn an_answer_counts_until_it_is_sent() {
        let budget = Budget::new(100, 100);
        let answer = budget.reserve(80).unwrap().kept_by(Bytes::from_static(&[0; 30]));
        let part = answer.slice(10..);
        drop(answer);
        assert_eq!(budget.taken(), 30);
        drop(part);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn threads_never_exceed_it() {
        let budget = Budget::new(1000, 1000);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let budget = budget.clone();
                scope.spawn(move || {
                    for round in 0..2000 {
                        let Ok(part) = budget.reserve(100 + (thread * 37 + round) % 300) else {
                            continue;
                        };
                        assert!(budget.taken() <= 1000);
                        let _ = part.resize(400);
                        assert!(budget.taken() <= 1000);
                    }
                });
            }
        });
        assert_eq!(budget.taken(), 0);
    }
}
