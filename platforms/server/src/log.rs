//! The log: one line a request, on standard error.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use bytes::Bytes;
use edgepix_service::LogLevel;
use http::{Method, Response};
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

/// Logs a request. The query is left out: it may hold signatures, and sources whose URLs are secrets.
pub(crate) fn request(method: &Method, path: &str, response: &Response<Bytes>, took: Duration) {
    let cache = response.headers().get("cache-status").and_then(|value| value.to_str().ok());
    let cache = match cache {
        Some(status) if status.ends_with("; hit") => "hit",
        Some(_) => "miss",
        None => "none",
    };
    let status = response.status().as_u16();
    let bytes = if *method == Method::HEAD { 0 } else { response.body().len() };
    // Tenths are enough, and anything finer is noise.
    let ms = (took.as_secs_f64() * 1e4).round() / 10.0;
    tracing::info!(%method, path, status, bytes, ms, cache, "request");
}
