//! The log: lines on standard error, each with the ids of the request that it is about.

use std::io::{IsTerminal, stderr};

use edgepix_service::LogLevel;
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
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
    };
    // A panic is a line of the log like any other, with nothing but its location: a message may hold data.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a defect: the code panicked");
    }));
}
