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
    taken: AtomicU64,
}

/// A part of the budget, given back when it is dropped: at the end of the job, whichever way it ends.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: Budget,
    bytes: u64,
}

impl Budget {
    pub(crate) fn new(total: u64) -> Self {
        Self(Arc::new(Shared { total, taken: AtomicU64::new(0) }))
    }

    /// Takes `bytes` for a job.
    ///
    /// # Errors
    ///
    /// [`Kind::TooLarge`] where the job alone exceeds the budget, [`Kind::Busy`] where it does with those that run.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<Reservation, Error> {
        let mut reservation = Reservation { budget: self.clone(), bytes: 0 };
        reservation.resize(bytes)?;
        Ok(reservation)
    }

    #[cfg(test)]
    pub(crate) fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed)
    }
}

impl Reservation {
    /// Makes this `bytes` in all. Where that is refused it stays as it was.
    pub(crate) fn resize(&mut self, bytes: u64) -> Result<(), Error> {
        let Shared { total, taken } = &*self.budget.0;
        if bytes > *total {
            let message = format!("The job would need {bytes} bytes of memory; {total} are there for all.");
            return Err(Error::too_large("memory", message, *total, bytes));
        }
        // No other memory is ordered by this number: it only has to be right by itself.
        let admitted = taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
            taken.checked_sub(self.bytes)?.checked_add(bytes).filter(|sum| sum <= total)
        });
        if admitted.is_err() {
            return Err(busy());
        }
        self.bytes = bytes;
        Ok(())
    }

    /// What a finished job has left: its answer, which counts until it is sent. A slow client holds it for long.
    pub(crate) fn kept_by(mut self, answer: Bytes) -> Bytes {
        // An answer is part of the job's plan, so that this only gives back; else what was reserved stays so.
        let _ = self.resize(answer.len() as u64);
        Bytes::from_owner(Kept { answer, _reservation: self })
    }
}

struct Kept {
    answer: Bytes,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.answer
    }
}

/// The refusal of a job that will be taken later, for hosts that have queues of their own too.
pub fn busy() -> Error {
    Error::new(Kind::Busy, "Too many images are being made at this moment; try again soon.")
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.0.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_stays_within_and_comes_back() {
        let budget = Budget::new(100);
        let mut first = budget.reserve(60).unwrap();
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
    fn an_answer_counts_until_it_is_sent() {
        let budget = Budget::new(100);
        let answer = budget.reserve(80).unwrap().kept_by(Bytes::from_static(&[0; 30]));
        let part = answer.slice(10..);
        drop(answer);
        assert_eq!(budget.taken(), 30);
        drop(part);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn threads_never_exceed_it() {
        let budget = Budget::new(1000);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let budget = budget.clone();
                scope.spawn(move || {
                    for round in 0..2000 {
                        let Ok(mut part) = budget.reserve(100 + (thread * 37 + round) % 300) else {
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
