//! Images are made off the threads that serve connections: so many at once, and each can be stopped.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use edgepix_core::{Error, Kind, Limits, Metadata, Plan, Progress, Transform};
use edgepix_service::{Engine, busy};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tracing::Span;

use crate::metrics::{Metrics, Step};
use crate::processor::{Opened, Processor};
use crate::queue::Queue;
use crate::record::StepTimer;

/// The longest that a job waits in the queue: after that, a 503 is the better answer.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Runs jobs of a processor, with bounded concurrency.
#[derive(Debug)]
pub(crate) struct Pool {
    queue: Arc<Queue>,
    /// Bounds what reads headers alone, where that takes up an instance too.
    headers: Option<Arc<Semaphore>>,
    processor: Processor,
    metrics: Arc<Metrics>,
    /// Instructions that the jobs that run and wait plan for.
    work: Arc<AtomicU64>,
    /// Whether the server is told to stop, and no new requests should come.
    draining: AtomicBool,
}

impl Pool {
    pub(crate) fn new(concurrency: usize, processor: Processor, metrics: Arc<Metrics>) -> Self {
        Self {
            queue: Arc::new(Queue::new(concurrency)),
            headers: processor.in_instances().then(|| Arc::new(Semaphore::new(concurrency))),
            processor,
            metrics,
            work: Arc::default(),
            draining: AtomicBool::new(false),
        }
    }

    /// Jobs that run, those that wait, and how many may run.
    pub(crate) fn jobs(&self) -> [u64; 3] {
        self.queue.jobs().map(|jobs| jobs as u64)
    }

    /// Instructions that these jobs plan for.
    pub(crate) fn work(&self) -> u64 {
        self.work.load(Ordering::Relaxed)
    }

    /// Says from now on that it is not ready. Jobs are taken all the same.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Reads headers, as soon as that is allowed.
    async fn headers<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = match &self.headers {
            None => None,
            Some(places) => match timeout(LONGEST_WAIT, Arc::clone(places).acquire_owned()).await {
                Ok(Ok(permit)) => Some(permit),
                _ => return Err(busy()),
            },
        };
        blocking(move || {
            let _permit = permit;
            work()
        })
        .await
    }
}

impl Engine for Pool {
    type Source = Arc<Opened>;

    fn ready(&self) -> Result<(), Error> {
        if self.draining.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        if self.queue.is_full() {
            return Err(Error::new(Kind::Busy, "The queue is full: as many jobs wait as may."));
        }
        Ok(())
    }

    async fn open(&self, file: Bytes, limits: &Limits) -> Result<Arc<Opened>, Error> {
        let (processor, limits) = (self.processor.clone(), *limits);
        self.headers(move || processor.open(file, &limits).map(Arc::new)).await
    }

    async fn metadata(&self, source: &Arc<Opened>) -> Result<Metadata, Error> {
        let source = Arc::clone(source);
        self.headers(move || source.metadata()).await
    }

    async fn describe(&self, file: Bytes, limits: &Limits) -> Result<Metadata, Error> {
        let (processor, limits) = (self.processor.clone(), *limits);
        self.headers(move || processor.describe(&file, &limits)).await
    }

    async fn plan(&self, source: &Arc<Opened>, transform: &Transform) -> Result<Plan, Error> {
        let (source, transform) = (Arc::clone(source), transform.clone());
        self.headers(move || source.plan(&transform)).await
    }

    async fn transform(
        &self,
        source: Arc<Opened>,
        transform: &Transform,
        plan: &Plan,
        time: Duration,
    ) -> Result<Bytes, Error> {
        let until = Instant::now().checked_add(time);
        let work = Work::reserve(&self.work, plan.work);
        let waiting = StepTimer::start(&self.metrics, Step::Queue);
        let permit = self.queue.wait(plan.work, LONGEST_WAIT.min(time)).await?;
        let making = waiting.next(Step::Transform);
        let abandoned = Abandoned::default();
        let watch = Watch { abandoned: Arc::clone(&abandoned.0), until };
        let transform = transform.clone();
        let file = blocking(move || {
            // They belong to the job, not to the future that waits for it. The source is dropped first: the next job may
            // need its memory.
            let (_permit, _work, _making, source) = (permit, work, making, source);
            watch.over(|watch| source.transform(&transform, watch))
        })
        .await?;
        // Copied on this thread: the answer may stay in the cache for long, and one small allocation left among a
        // job's large ones keeps the allocator from giving those back to the system.
        Ok(Bytes::copy_from_slice(&file))
    }
}

/// The work of a job that waits or runs, for as long as it does.
#[derive(Debug)]
struct Work {
    all: Arc<AtomicU64>,
    own: u64,
}

impl Work {
    fn reserve(all: &Arc<AtomicU64>, own: u64) -> Self {
        all.fetch_add(own, Ordering::Relaxed);
        Self { all: Arc::clone(all), own }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.all.fetch_sub(self.own, Ordering::Relaxed);
    }
}

/// Says, when it is dropped, that nobody waits for a job any more.
#[derive(Debug, Default)]
struct Abandoned(Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Stops a job: the linked core between two rows, the sandbox at its clock's next tick. A reason to stop never goes away.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    abandoned: Arc<AtomicBool>,
    /// `None` where it is beyond what the clock can count.
    until: Option<Instant>,
}

impl Watch {
    /// Runs a job, unless it is to end already.
    fn over<T>(mut self, job: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if let Some(reason) = self.reason_to_stop() {
            return Err(reason);
        }
        job(&mut self).map_err(|error| match error.kind {
            // The core does not know why it was stopped.
            Kind::Cancelled => self.reason_to_stop().unwrap_or(error),
            _ => error,
        })
    }

    /// Why the job is to end, where it is.
    pub(crate) fn reason_to_stop(&self) -> Option<Error> {
        if self.abandoned.load(Ordering::Relaxed) {
            return Some(Error::new(Kind::Busy, "Nobody waits for the image any more."));
        }
        let late = self.until.is_some_and(|until| Instant::now() >= until);
        late.then(|| Error::new(Kind::Timeout, "The image took too long to make."))
    }
}

impl Progress for Watch {
    fn advance(&mut self, _done: u64, _total: u64) -> ControlFlow<()> {
        if self.reason_to_stop().is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Runs something long on a thread of its own, as a part of the current request for the log. A panic, which is a defect of ours, ends the job alone.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let request = Span::current();
    spawn_blocking(move || request.in_scope(work)).await.unwrap_or_else(|_| Err(defect()))
}

/// What a server that stops answers.
pub(crate) fn stopped() -> Error {
    Error::new(Kind::Busy, "The server is stopping; try again.")
}

/// The job that a defect of ours has ended.
pub(crate) fn defect() -> Error {
    Error::new(Kind::Internal, "The image could not be made because of a defect.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> Pool {
        Pool::new(1, Processor::Native, Arc::new(Metrics::new("native")))
    }

    /// A photo of 16 megapixels, and a job that reads all of it.
    async fn planned(pool: &Pool) -> (Arc<Opened>, Transform, Plan) {
        let file = crate::samples::open("/dandelion.jpg").unwrap();
        let source = pool.open(file, &Limits::default()).await.unwrap();
        let plan = pool.plan(&source, &Transform::default()).await.unwrap();
        (source, Transform::default(), plan)
    }

    #[tokio::test]
    async fn a_job_ends_when_its_time_does() {
        let pool = pool();
        let (source, transform, plan) = planned(&pool).await;
        let made = pool.transform(source, &transform, &plan, Duration::from_millis(1)).await;
        assert_eq!(made.unwrap_err().kind, Kind::Timeout);
    }

    #[tokio::test]
    async fn a_job_that_nobody_waits_for_gives_its_place_back() {
        let pool = pool();
        let (source, transform, plan) = planned(&pool).await;
        let still_held = Arc::downgrade(&source);
        {
            let mut job = std::pin::pin!(pool.transform(source, &transform, &plan, Duration::MAX));
            let polled = std::future::poll_fn(|context| std::task::Poll::Ready(job.as_mut().poll(context)));
            assert!(polled.await.is_pending());
        }
        // The next one of its kind has the only place as soon as the first has seen that it is to end.
        drop(pool.queue.wait(plan.work, Duration::MAX).await.unwrap());
        assert!(still_held.upgrade().is_none());
    }

    #[tokio::test]
    async fn progress_stops_with_the_reason() {
        let watch = |until| Watch { abandoned: Arc::default(), until };
        let advance = |watch: &mut Watch| match watch.advance(1, 2) {
            ControlFlow::Break(()) => Err(Error::new(Kind::Cancelled, "stopped")),
            ControlFlow::Continue(()) => Ok(()),
        };
        assert_eq!(watch(None).over(advance), Ok(()));
        let abandoned = watch(None);
        let flag = Arc::clone(&abandoned.abandoned);
        let result = abandoned.over(|watch| {
            flag.store(true, Ordering::Relaxed);
            advance(watch)
        });
        assert_eq!(result.unwrap_err().kind, Kind::Busy);
        assert_eq!(watch(Some(Instant::now())).over(advance).unwrap_err().kind, Kind::Timeout);
    }

    #[tokio::test]
    async fn a_panic_is_an_error() {
        let error = blocking::<()>(|| panic!("as the test wants")).await.unwrap_err();
        assert_eq!(error.kind, Kind::Internal);
    }
}
