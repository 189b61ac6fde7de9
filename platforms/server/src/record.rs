//! What is recorded of a request: its line of the log, its numbers among the metrics, its span.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use edgepix_service::{RequestId, source_for_log};
use http::{Method, Request, Response, Uri};
use tracing::{Span, field};

use crate::metrics::{Metrics, Step};
use crate::outcome::{Outcome, Route};
use crate::spans::RequestSpan;
use crate::trace::{self, TraceParent};

/// The record of a request. It is written when the request is answered, or when its client has gone before that.
///
/// The query is left out: it may hold signatures, and sources whose URLs are secrets. Where an answer is an error, the
/// source's URL is told without its own query, or nobody would find the image that is meant.
pub(crate) struct RequestRecord {
    metrics: Arc<Metrics>,
    method: Method,
    uri: Uri,
    route: Route,
    id: Option<RequestId>,
    /// Puts the ids into all lines of the log about this request.
    log: Span,
    span: RequestSpan,
    began: Instant,
    is_written: bool,
}

impl RequestRecord {
    /// Starts the request's time, and gives it an id.
    pub(crate) fn start<B>(request: &mut Request<B>, metrics: &Arc<Metrics>) -> Self {
        let id = RequestId::assign(request, trace::request_id);
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let route = Route::of(uri.path());
        let parent = TraceParent::of(request.headers());
        let span = RequestSpan::start(parent.as_ref(), &method, route, id.as_ref().map(RequestId::as_str));
        let log = log_span(id.as_ref(), &span);
        let metrics = Arc::clone(metrics);
        Self { metrics, method, uri, route, id, log, span, began: Instant::now(), is_written: false }
    }

    /// What puts the request's ids into the lines of the log.
    pub(crate) fn log(&self) -> Span {
        self.log.clone()
    }

    /// The request's span.
    pub(crate) fn span(&self) -> RequestSpan {
        self.span.clone()
    }

    /// Writes it.
    pub(crate) fn end(mut self, response: &mut Response<Bytes>) {
        self.is_written = true;
        if let Some(id) = &self.id {
            id.put(response.headers_mut());
        }
        let outcome = Outcome::of(response, &self.method);
        self.write(&outcome);
        let _in_request = self.log.enter();
        let error = outcome.error.map(|kind| kind.slug());
        let source = error.and_then(|_| source_for_log(&self.uri));
        let (method, path, ms) = (&self.method, self.uri.path(), self.ms());
        let (status, bytes, cache) = (response.status().as_u16(), outcome.bytes, outcome.cache.name());
        if matches!(self.route, Route::Health | Route::Ready) && error.is_none() {
            // Asked every few seconds, for as long as all is well.
            tracing::debug!(%method, path, status, bytes, ms, cache, error, source, "answered");
        } else {
            tracing::info!(%method, path, status, bytes, ms, cache, error, source, "answered");
        }
    }

    fn write(&self, outcome: &Outcome) {
        self.metrics.request(self.route, outcome, self.began.elapsed());
        self.span.end(outcome);
    }

    /// Tenths are enough, and anything finer is noise.
    fn ms(&self) -> f64 {
        (self.began.elapsed().as_secs_f64() * 1e4).round() / 10.0
    }
}

impl Drop for RequestRecord {
    fn drop(&mut self) {
        if !self.is_written {
            self.write(&Outcome::GONE);
            let _in_request = self.log.enter();
            let (method, path, ms) = (&self.method, self.uri.path(), self.ms());
            tracing::info!(%method, path, ms, "the client has gone before its answer");
        }
    }
}

/// A part of a request that is being measured. It is recorded when this is dropped, however the part ends.
pub(crate) struct StepTimer {
    metrics: Arc<Metrics>,
    span: RequestSpan,
    step: Step,
    began: Instant,
}

impl StepTimer {
    /// Starts a part of the request whose task this is.
    pub(crate) fn start(metrics: &Arc<Metrics>, step: Step) -> Self {
        Self { metrics: Arc::clone(metrics), span: RequestSpan::current(), step, began: Instant::now() }
    }

    /// The next part begins as this one ends.
    pub(crate) fn next(self, step: Step) -> Self {
        Self { metrics: Arc::clone(&self.metrics), span: self.span.clone(), step, began: Instant::now() }
    }
}

impl Drop for StepTimer {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        self.metrics.step(self.step, took);
        self.span.step(self.step, took);
    }
}

/// Records the part of the current request that an origin took.
pub(crate) fn fetched(metrics: &Metrics, took: Duration, bytes: Option<u64>) {
    metrics.step(Step::Fetch, took);
    metrics.source(bytes.unwrap_or(0));
    RequestSpan::current().step(Step::Fetch, took);
}

/// Of the highest level, so that it is there for whatever is logged within.
fn log_span(id: Option<&RequestId>, span: &RequestSpan) -> Span {
    let id = id.map(RequestId::as_str);
    let log =
        tracing::error_span!("request", request_id = id, trace_id = field::Empty, span_id = field::Empty);
    if let Some(ids) = span.ids() {
        log.record("trace_id", format!("{:032x}", ids.trace));
        log.record("span_id", format!("{:016x}", ids.span));
    }
    log
}
