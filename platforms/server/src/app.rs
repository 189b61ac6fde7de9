//! From a request to its answer: the page, or the service.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use edgepix_service::{ConfigError, Origin, Service};
use http::{HeaderValue, Request, Response, StatusCode, header};
use tokio::task::JoinHandle;

use crate::log;
use crate::page::Page;
use crate::platform::Host;
use crate::pool::Pool;
use crate::processor::Processor;
use crate::samples;
use crate::settings::Settings;

/// The server without its sockets.
#[derive(Debug)]
pub struct App {
    service: Service,
    host: Host,
    pool: Pool,
    page: Option<Page>,
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
        })
    }

    /// Answers a request and writes its line into the log.
    pub(crate) async fn answer(self: Arc<Self>, request: Request<()>) -> Response<Bytes> {
        let began = Instant::now();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = match self.page.as_ref().and_then(|page| page.answer(&request)) {
            Some(response) => response,
            None => Arc::clone(&self).serve(request).await,
        };
        log::request(&method, &path, &response, began.elapsed());
        response
    }

    /// Ends all jobs that run: their requests are answered with a 503.
    pub(crate) fn stop(&self) {
        self.pool.stop();
    }

    /// Asks the service, in a task of its own, so that a panic ends nothing but the one request. A client that goes away
    /// ends the task, and with it whatever the request holds: whoever waits for the same answer then makes it.
    async fn serve(self: Arc<Self>, request: Request<()>) -> Response<Bytes> {
        let mut task = AbortOnDrop(tokio::spawn(async move {
            let host = &self.host;
            match self.page {
                Some(_) if request.uri().path().starts_with(Service::ORIGINALS) => {
                    self.service.original(&host, &self.pool, request).await
                }
                _ => self.service.handle(&host, &self.pool, request).await,
            }
        }));
        (&mut task.0).await.unwrap_or_else(|_| defect())
    }
}

/// A task that ends with whoever waits for it.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The answer in place of one that never came: a panic, which stands in the log.
fn defect() -> Response<Bytes> {
    const PROBLEM: &[u8] = br#"{"type":"urn:edgepix:error:internal","title":"Internal error","status":500}"#;
    let mut response = Response::new(Bytes::from_static(PROBLEM));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
