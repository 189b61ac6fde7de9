//! From a request to its answer: the page, or the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use edgepix_service::{ConfigError, FromOperator, Origin, Service, malformed, refused};
use http::{HeaderValue, Request, Response, header};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

use crate::metrics::{Load, Metrics};
use crate::page::{self, Page};
use crate::platform::Host;
use crate::pool::{self, Pool};
use crate::processor::Processor;
use crate::record::RequestRecord;
use crate::samples;
use crate::settings::Settings;
use crate::spans::RequestSpan;
use crate::well_formed;

/// The server without its sockets.
#[derive(Debug)]
pub struct App {
    service: Service,
    metrics: Arc<Metrics>,
    host: Host,
    pool: Pool,
    page: Option<Page>,
    /// Whether only this machine is listened to.
    on_loopback: bool,
    /// Requests that are being answered.
    running: AtomicUsize,
    /// Whether all of them are to end.
    stopping: watch::Sender<bool>,
}

impl App {
    /// Prepares what the settings ask for.
    ///
    /// # Errors
    ///
    /// An origin that is not a folder; a sandbox that cannot be started.
    pub fn new(settings: &Settings) -> Result<Self, ConfigError> {
        let samples = || match settings.service.origin {
            Origin::Samples => samples::list(),
            _ => "[]".to_owned(),
        };
        let processor = Processor::new(settings)?;
        let metrics = Arc::new(Metrics::new(processor.name()));
        Ok(Self {
            host: Host::new(settings, Arc::clone(&metrics))?,
            service: Service::new(settings.service.clone()),
            pool: Pool::new(settings.concurrency, processor, Arc::clone(&metrics)),
            metrics,
            page: settings.page.then(|| Page::new(samples(), &settings.service.limits)),
            on_loopback: settings.listen.ip().is_loopback(),
            running: AtomicUsize::new(0),
            stopping: watch::Sender::new(false),
        })
    }

    /// Answers a request and records it.
    pub(crate) async fn answer(self: Arc<Self>, mut request: Request<()>) -> Response<Bytes> {
        let record = RequestRecord::start(&mut request, &self.metrics);
        let _running = Running::count(&self.running);
        let mut response = match (well_formed::fault(&request), self.page(&request)) {
            (Some(fault), _) => {
                let mut response = malformed(fault, &request);
                // What follows on the connection may be anything.
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                response
            }
            (None, Some(page)) => page,
            (None, None) => {
                record.span().scope(Arc::clone(&self).serve(request)).instrument(record.log()).await
            }
        };
        record.end(&mut response);
        response
    }

    /// All numbers, in Prometheus' text format.
    pub(crate) fn metrics(&self) -> String {
        let config = self.service.config();
        let load = Load {
            requests: self.running() as u64,
            jobs: self.pool.jobs(),
            work: self.pool.work(),
            memory: [self.service.memory_reserved(), config.memory_budget],
            cache: self.host.cached(),
        };
        self.metrics.text(&load)
    }

    fn page(&self, request: &Request<()>) -> Option<Response<Bytes>> {
        self.page.as_ref()?.answer(request)
    }

    /// How many requests are being answered.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// Says from now on that it is not ready, while requests that run finish.
    pub(crate) fn drain(&self) {
        self.pool.drain();
    }

    /// Ends all requests that run, wherever they are, with a 503. Their jobs end between two rows.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Asks the service, in a task of its own, so that a panic ends nothing but the one request. A client that goes away
    /// ends the task, and with it whatever the request holds: whoever waits for the same answer then makes it. Once there is an
    /// answer, the task goes on by itself with what is to be done behind it.
    pub(crate) async fn serve(self: Arc<Self>, mut request: Request<()>) -> Response<Bytes> {
        let mut stopping = self.stopping.subscribe();
        let asked = request.clone();
        if self.on_loopback && self.page.is_some() && page::asks(&request) {
            request.extensions_mut().insert(FromOperator);
        }
        let (sender, receiver) = oneshot::channel();
        let answer = async move {
            let host = &self.host;
            let answer = match self.page {
                Some(_) if self.on_loopback && request.uri().path().starts_with(Service::ORIGINALS) => {
                    self.service.original(&host, &self.pool, request).await.into()
                }
                _ => self.service.answer(&host, &self.pool, request).await,
            };
            if sender.send(answer.response).is_ok()
                && let Some(refresh) = answer.refresh
            {
                self.service.refresh(&host, &self.pool, refresh).await;
            }
        };
        let answer = RequestSpan::current().scope(answer).in_current_span();
        let mut task = AbortOnDrop(Some(tokio::spawn(answer)));
        tokio::select! {
            biased;
            answer = receiver => {
                task.0 = None;
                answer.unwrap_or_else(|_| refused(&pool::defect(), &asked))
            }
            _ = stopping.wait_for(|stopping| *stopping) => refused(&pool::stopped(), &asked),
        }
    }
}

/// One of the requests that run, for as long as it lives.
struct Running<'a>(&'a AtomicUsize);

impl<'a> Running<'a> {
    fn count(running: &'a AtomicUsize) -> Self {
        running.fetch_add(1, Ordering::Relaxed);
        Self(running)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A task that ends with whoever waits for it, unless it was let go.
struct AbortOnDrop(Option<JoinHandle<()>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}
