//! Which job runs next: so many at once, so many waiting, small ones before large ones.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use edgepix_core::Error;
use edgepix_service::busy;
use tokio::sync::oneshot::{self, Sender};
use tokio::time::timeout;

/// Jobs that wait for each one that may run.
pub(crate) const WAITING: usize = 4;

/// Jobs that plan for more instructions than this are large: about half a second of a processor's time.
const LARGE: u64 = 1_000_000_000;

/// The order in which jobs run. Large ones take at most half of the places, so that a few of them do not keep all
/// others waiting: where there is one place, a small job runs beside the large one that has it.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    places: usize,
    places_for_large: usize,
    places_for_small: usize,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    large_running: usize,
    /// Those who wait, in the order of their arrival.
    small: VecDeque<Sender<Permit>>,
    large: VecDeque<Sender<Permit>>,
}

/// A place among the jobs that run, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    queue: Arc<Queue>,
    large: bool,
}

impl Queue {
    /// A queue with this many places, at least one.
    pub(crate) fn new(places: usize) -> Self {
        Self {
            state: Mutex::default(),
            places: places.max(2),
            places_for_large: (places / 2).max(1),
            places_for_small: places,
        }
    }

    /// Waits for a place for a job that plans for `work` instructions, at most for `longest`.
    ///
    /// # Errors
    ///
    /// [`Busy`](edgepix_core::Kind::Busy) where too many wait already, or the wait was too long.
    pub(crate) async fn wait(self: &Arc<Self>, work: u64, longest: Duration) -> Result<Permit, Error> {
        let (sender, mut turn) = oneshot::channel();
        self.enqueue(sender, work > LARGE);
        self.admit();
        if let Ok(permit) = turn.try_recv() {
            return Ok(permit);
        }
        if self.waiting() > self.places_for_small * WAITING {
            return Err(busy());
        }
        match timeout(longest, turn).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(busy()),
        }
    }

    /// Jobs that run, those that wait, and how many may run.
    pub(crate) fn jobs(&self) -> [usize; 3] {
        let waiting = self.waiting();
        [self.lock().running, waiting, self.places]
    }

    /// Whether the next job that has to wait would be refused.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting() >= self.places_for_small * WAITING
    }

    fn enqueue(&self, sender: Sender<Permit>, large: bool) {
        let mut state = self.lock();
        if large { &mut state.large } else { &mut state.small }.push_back(sender);
    }

    /// How many wait, without those who have given up.
    fn waiting(&self) -> usize {
        let State { small, large, .. } = &mut *self.lock();
        small.retain(|waiting| !waiting.is_closed());
        large.retain(|waiting| !waiting.is_closed());
        small.len() + large.len()
    }

    /// Gives free places to those who wait.
    fn admit(self: &Arc<Self>) {
        while let Some((waiting, permit)) = self.next() {
            // Where it is not received any more, its drop gives the place back.
            let _ = waiting.send(permit);
        }
    }

    /// The next one to run, if there is a place.
    fn next(self: &Arc<Self>) -> Option<(Sender<Permit>, Permit)> {
        let mut state = self.lock();
        if state.running == self.places {
            return None;
        }
        let small = if state.running - state.large_running < self.places_for_small {
            state.small.pop_front()
        } else {
            None
        };
        let (waiting, large) = match small {
            Some(waiting) => (waiting, false),
            None if state.large_running < self.places_for_large => (state.large.pop_front()?, true),
            None => return None,
        };
        state.running += 1;
        state.large_running += usize::from(large);
        Some((waiting, Permit { queue: Arc::clone(self), large }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.queue.lock();
            state.running -= 1;
            state.large_running -= usize::from(self.large);
        }
        self.queue.admit();
    }
}

#[cfg(test)]
mod tests {
    use edgepix_core::Kind;
    use tokio::task::{JoinHandle, yield_now};

    use super::*;

    const SMALL: u64 = 1;
    const LONG: Duration = Duration::from_secs(3600);

    fn wait(queue: &Arc<Queue>, work: u64) -> JoinHandle<Result<Permit, Error>> {
        let queue = Arc::clone(queue);
        tokio::spawn(async move { queue.wait(work, LONG).await })
    }

    #[tokio::test]
    async fn past_the_queue_is_busy_at_once_and_in_it_after_a_while() {
        let queue = Arc::new(Queue::new(1));
        let running = queue.wait(SMALL, LONG).await.unwrap();
        let waiting: Vec<_> = (0..WAITING).map(|_| wait(&queue, SMALL)).collect();
        yield_now().await;
        assert!(queue.is_full() && queue.jobs() == [1, WAITING, 2]);
        assert_eq!(queue.wait(SMALL, LONG).await.unwrap_err().kind, Kind::Busy);
        // One that gives up makes room.
        waiting[0].abort();
        yield_now().await;
        assert_eq!(queue.wait(SMALL, Duration::from_millis(1)).await.unwrap_err().kind, Kind::Busy);
        assert_eq!(queue.waiting(), WAITING - 1);
        assert!(!queue.is_full());
        drop(running);
        for turn in waiting.into_iter().skip(1) {
            drop(turn.await.unwrap().unwrap());
        }
        drop(queue.wait(SMALL, LONG).await.unwrap());
    }

    #[tokio::test]
    async fn large_jobs_take_half_of_the_places() {
        for (places, large) in [(1, 1), (2, 1), (3, 1), (4, 2)] {
            let queue = Arc::new(Queue::new(places));
            let places = queue.places;
            let jobs: Vec<_> = (0..=large).map(|_| wait(&queue, LARGE + 1)).collect();
            yield_now().await;
            assert_eq!(queue.lock().large_running, large, "{places}");
            // What is exactly at the bound is small.
            let others: Vec<_> = (0..places - large).map(|_| wait(&queue, LARGE)).collect();
            yield_now().await;
            let waiting = queue.waiting();
            assert_eq!((queue.lock().running, waiting), (places, 1), "{places}");
            for job in jobs.into_iter().chain(others) {
                drop(job.await.unwrap().unwrap());
            }
            let state = queue.lock();
            assert_eq!((state.running, state.large_running), (0, 0));
        }
    }

    #[tokio::test]
    async fn small_jobs_go_first() {
        let queue = Arc::new(Queue::new(2));
        let (large_running, small_running) =
            (queue.wait(LARGE + 1, LONG).await.unwrap(), queue.wait(SMALL, LONG).await.unwrap());
        let (large, small) = (wait(&queue, LARGE + 1), wait(&queue, SMALL));
        yield_now().await;
        // Whichever place is free, the one who came later has it.
        drop(large_running);
        let first = small.await.unwrap().unwrap();
        assert!(!large.is_finished());
        drop((first, small_running));
        assert!(large.await.unwrap().unwrap().large);
    }

    #[tokio::test]
    async fn large_jobs_leave_a_place_to_a_small_one_however_few_there_are() {
        let queue = Arc::new(Queue::new(1));
        let _large = queue.wait(LARGE + 1, LONG).await.unwrap();
        let waiting = wait(&queue, LARGE + 1);
        for _ in 0..3 {
            drop(queue.wait(SMALL, LONG).await.unwrap());
        }
        // One place is one for small jobs: they do not run beside each other.
        let small = queue.wait(SMALL, LONG).await.unwrap();
        assert!(queue.wait(SMALL, Duration::from_millis(1)).await.is_err());
        assert!(!waiting.is_finished());
        drop(small);
    }

    #[tokio::test]
    async fn a_place_that_nobody_receives_goes_to_the_next() {
        let queue = Arc::new(Queue::new(1));
        let running = queue.wait(SMALL, LONG).await.unwrap();
        let (first, second) = (wait(&queue, SMALL), wait(&queue, SMALL));
        yield_now().await;
        // Both happen before the first looks again.
        drop(running);
        first.abort();
        assert!(second.await.unwrap().is_ok());
    }
}
