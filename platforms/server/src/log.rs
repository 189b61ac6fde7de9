//! The log: one line a request, on standard error.

use std::io::{IsTerminal, stderr};
use std::time::Instant;

use bytes::Bytes;
use edgepix_core::Kind;
use edgepix_service::{LogLevel, source_for_log};
use http::{Method, Request, Response, Uri};
use tracing::level_filters::LevelFilter;

use crate::args::LogFormat;

/// Starts the log. A second call has no effect.
pub fn start(level: LogLevel, format: LogFormat) {
    let level = match level {
        LogLevel::Off => LevelFilter::OFF,
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let log = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_writer(stderr);
    let log = log.with_ansi(stderr().is_terminal());
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    // A panic is a line of the log like any other, with nothing but its location: a message may hold data.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a defect: the code panicked");
    }));
}

/// The line of a request. It is written when the request is answered, or when its client has gone before that.
///
/// The query is left out: it may hold signatures, and sources whose URLs are secrets. Where an answer is an error, the
/// source's URL is told without its own query, or nobody would find the image that is meant.
pub(crate) struct RequestLog {
    method: Method,
    uri: Uri,
    began: Instant,
    is_written: bool,
}

impl RequestLog {
    /// Starts the request's time.
    pub(crate) fn start<B>(request: &Request<B>) -> Self {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Self { method, uri, began: Instant::now(), is_written: false }
    }

    /// Writes the line.
    pub(crate) fn end(mut self, response: &Response<Bytes>) {
        self.is_written = true;
        let cache = response.headers().get("cache-status").and_then(|value| value.to_str().ok());
        let cache = match cache {
            Some(status) if status.contains("; hit") => "hit",
            Some(status) if status.contains("; fwd=stale") => "stale",
            Some(_) => "miss",
            None => "none",
        };
        let status = response.status().as_u16();
        let bytes = if self.method == Method::HEAD { 0 } else { response.body().len() };
        let error = response.extensions().get::<Kind>().map(|kind| kind.slug());
        let source = error.and_then(|_| source_for_log(&self.uri));
        let (method, path, ms) = (&self.method, self.uri.path(), self.ms());
        tracing::info!(%method, path, status, bytes, ms, cache, error, source, "request");
    }

    /// Tenths are enough, and anything finer is noise.
    fn ms(&self) -> f64 {
        (self.began.elapsed().as_secs_f64() * 1e4).round() / 10.0
    }
}

impl Drop for RequestLog {
    fn drop(&mut self) {
        if !self.is_written {
            let (method, path, ms) = (&self.method, self.uri.path(), self.ms());
            tracing::info!(%method, path, ms, "the client has gone before its answer");
        }
    }
}
