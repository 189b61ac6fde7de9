//! From a request to its answer: the page, or the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use edgepix_service::{ConfigError, FromOperator, Origin, Service, malformed, refused};
use http::{HeaderValue, Request, Response, header};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::log::RequestLog;
use crate::page::{self, Page};
use crate::platform::Host;
use crate::pool::{self, Pool};
use crate::processor::Processor;
use crate::samples;
use crate::settings::Settings;
use crate::well_formed;

/// The server without its sockets.
#[derive(Debug)]
pub struct App {
    service: Service,
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
        Ok(Self {
            host: Host::new(settings)?,
            service: Service::new(settings.service.clone()),
            pool: Pool::new(settings.concurrency, Processor::new(settings)?),
            page: settings.page.then(|| Page::new(samples(), &settings.service.limits)),
            on_loopback: settings.listen.ip().is_loopback(),
            running: AtomicUsize::new(0),
            stopping: watch::Sender::new(false),
        })
    }

    /// Answers a request and writes its line into the log.
    pub(crate) async fn answer(self: Arc<Self>, request: Request<()>) -> Response<Bytes> {
        let log = RequestLog::start(&request);
        let _running = Running::count(&self.running);
        let response = match (well_formed::fault(&request), self.page(&request)) {
            (Some(fault), _) => {
                let mut response = malformed(fault, &request);
                // What follows on the connection may be anything.
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                response
            }
            (None, Some(page)) => page,
            (None, None) => Arc::clone(&self).serve(request).await,
        };
        log.end(&response);
        response
    }

    fn page(&self, request: &Request<()>) -> Option<Response<Bytes>> {
        self.page.as_ref()?.answer(request)
    }

    /// How many requests are being answered.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// Ends all requests that run, wherever they are, with a 503. Their jobs end between two rows.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Asks the service, in a task of its own, so that a panic ends nothing but the one request. A client that goes away
    /// ends the task, and with it whatever the request holds: whoever waits for the same answer then makes it.
    async fn serve(self: Arc<Self>, mut request: Request<()>) -> Response<Bytes> {
        let mut stopping = self.stopping.subscribe();
        let asked = request.clone();
        if self.on_loopback && self.page.is_some() && page::asks(&request) {
            request.extensions_mut().insert(FromOperator);
        }
        let mut task = AbortOnDrop(tokio::spawn(async move {
            let host = &self.host;
            match self.page {
                Some(_) if self.on_loopback && request.uri().path().starts_with(Service::ORIGINALS) => {
                    self.service.original(&host, &self.pool, request).await
                }
                _ => self.service.handle(&host, &self.pool, request).await,
            }
        }));
        tokio::select! {
            biased;
            answer = &mut task.0 => answer.unwrap_or_else(|_| refused(&pool::defect(), &asked)),
            _ = stopping.wait_for(|stopping| *stopping) => refused(&stopped(), &asked),
        }
    }
}

fn stopped() -> Error {
    Error::new(Kind::Busy, "The server is stopping; try again.")
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

/// A task that ends with whoever waits for it.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
