//! From a request to its answer: the page, or the service.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use edgepix_service::{ConfigError, Origin, Service};
use http::{HeaderValue, Request, Response, StatusCode, header};

use crate::log;
use crate::page::Page;
use crate::platform::Host;
use crate::pool::Pool;
use crate::samples;
use crate::sandbox::Pixels;
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
    /// Makes ready what the settings ask for.
    ///
    /// # Errors
    ///
    /// An origin that is no folder; a sandbox that cannot be made.
    pub fn new(settings: &Settings) -> Result<Self, ConfigError> {
        let samples = || match settings.service.origin {
            Origin::Samples => samples::list(),
            _ => "[]".to_owned(),
        };
        Ok(Self {
            host: Host::new(settings)?,
            service: Service::new(settings.service.clone()),
            pool: Pool::new(settings.concurrency, Pixels::new(settings)?),
            page: settings.page.then(|| Page::new(samples())),
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

    /// Asks the service, in a task of its own. A client that goes away does not end it: the job cannot be called back
    /// anyhow, what it holds of the memory budget stays counted until it ends, and whoever waits for the same answer
    /// gets it.
    async fn serve(self: Arc<Self>, request: Request<()>) -> Response<Bytes> {
        let task = tokio::spawn(async move {
            let host = &self.host;
            self.service.handle(&host, &self.pool, request).await
        });
        task.await.unwrap_or_else(|_| defect())
    }
}

/// The answer where ours never came: a panic, which the log has told.
fn defect() -> Response<Bytes> {
    const PROBLEM: &[u8] = br#"{"type":"urn:edgepix:error:internal","title":"Internal error","status":500}"#;
    let mut response = Response::new(Bytes::from_static(PROBLEM));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
