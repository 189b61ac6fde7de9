//! The pixels off the threads that serve connections: so many jobs at once, so many waiting, and no more.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use edgepix_core::{Error, Kind, Limits, Metadata, Plan, Transform};
use edgepix_service::{Engine, Output, busy};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::sandbox::Pixels;

/// Jobs that wait for each one that runs.
pub(crate) const QUEUE: usize = 4;

/// The longest that a job waits for its turn. A visitor waits longer, but not gladly.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whoever does the pixels, with bounded concurrency.
#[derive(Debug)]
pub(crate) struct Pool {
    jobs: Arc<Semaphore>,
    queue: Semaphore,
    /// Bounds what reads headers alone, where that takes up a place too.
    headers: Option<Arc<Semaphore>>,
    patience: Duration,
    pixels: Pixels,
}

impl Pool {
    pub(crate) fn new(concurrency: usize, pixels: Pixels) -> Self {
        Self {
            jobs: Arc::new(Semaphore::new(concurrency)),
            queue: Semaphore::new(concurrency * QUEUE),
            headers: pixels.in_instances().then(|| Arc::new(Semaphore::new(concurrency))),
            patience: PATIENCE,
            pixels,
        }
    }

    /// Waits for a job's turn. The permit is held for as long as the job runs.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        if let Ok(permit) = Arc::clone(&self.jobs).try_acquire_owned() {
            return Ok(permit);
        }
        let _place = self.queue.try_acquire().map_err(|_| busy())?;
        match timeout(self.patience, Arc::clone(&self.jobs).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(busy()),
        }
    }

    /// Reads headers, as soon as there is a place.
    async fn headers<T: Send + 'static>(
        &self,
        work: impl FnOnce(Pixels) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let place = match &self.headers {
            None => None,
            Some(places) => match timeout(self.patience, Arc::clone(places).acquire_owned()).await {
                Ok(Ok(place)) => Some(place),
                _ => return Err(busy()),
            },
        };
        let pixels = self.pixels.clone();
        blocking(move || {
            let _place = place;
            work(pixels)
        })
        .await
    }
}

impl Engine for Pool {
    async fn metadata(&self, source: &Bytes) -> Result<Metadata, Error> {
        let source = source.clone();
        self.headers(move |pixels| pixels.metadata(&source)).await
    }

    async fn plan(&self, source: &Bytes, transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        let (source, transform, limits) = (source.clone(), transform.clone(), *limits);
        self.headers(move |pixels| pixels.plan(&source, &transform, &limits)).await
    }

    async fn transform(
        &self,
        source: Bytes,
        transform: &Transform,
        limits: &Limits,
    ) -> Result<Output, Error> {
        let permit = self.turn().await?;
        let (pixels, transform, limits) = (self.pixels.clone(), transform.clone(), *limits);
        let edgepix_core::Output { bytes, format, width, height } = blocking(move || {
            // A job cannot be called back: the permit goes with it, not with whoever waits for it.
            let _permit = permit;
            pixels.transform(&source, &transform, &limits)
        })
        .await?;
        // Copied on this thread: the answer may stay in the cache for long, and one small allocation left among a
        // job's large ones keeps the allocator from giving those back to the system.
        Ok(Output { bytes: Bytes::copy_from_slice(&bytes), format, width, height })
    }
}

/// Runs something long on a thread of its own. A panic, which is a defect of ours, ends the job alone.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    spawn_blocking(work).await.unwrap_or_else(|_| Err(defect()))
}

/// The job that a defect of ours has ended.
pub(crate) fn defect() -> Error {
    Error::new(Kind::Internal, "The image could not be made because of a defect.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn past_the_queue_is_busy_at_once_and_in_it_after_a_while() {
        let pool = Pool { patience: Duration::from_millis(20), ..Pool::new(1, Pixels::Native) };
        let running = pool.turn().await.unwrap();
        let waiting = futures(&pool, QUEUE);
        let past = async {
            tokio::task::yield_now().await;
            pool.turn().await.unwrap_err()
        };
        let (waited, past) = tokio::join!(waiting, past);
        assert_eq!(past.kind, Kind::Busy);
        assert!(waited.iter().all(|turn| turn.as_ref().is_err_and(|error| error.kind == Kind::Busy)));
        drop(running);
        drop(pool.turn().await.unwrap());
    }

    #[tokio::test]
    async fn turns_come_round() {
        let pool = Pool::new(1, Pixels::Native);
        let running = pool.turn().await.unwrap();
        let (turn, ()) = tokio::join!(pool.turn(), async { drop(running) });
        assert!(turn.is_ok());
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let error = blocking::<()>(|| panic!("as the test wants")).await.unwrap_err();
        assert_eq!(error.kind, Kind::Internal);
    }

    async fn futures(pool: &Pool, count: usize) -> Vec<Result<OwnedSemaphorePermit, Error>> {
        assert_eq!(count, 4);
        let (a, b, c, d) = tokio::join!(pool.turn(), pool.turn(), pool.turn(), pool.turn());
        vec![a, b, c, d]
    }
}
