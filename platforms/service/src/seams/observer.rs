//! What happens while requests are answered, for logs and metrics.

use std::fmt;
use std::time::Duration;

use edgepix_core::Error;

use super::cache::CacheError;
use super::clock::Clock;
use super::fetch::Failure;
use crate::config::LogLevel;
use crate::request::RequestId;

/// Receives events. The default ignores them.
pub trait Observer {
    /// Called once for each event that [`Config::log`](crate::Config::log) lets through, and must not block.
    fn observe(&self, event: &Event<'_>) {
        let _ = event;
    }

    /// Called when the origin's part of a request ends: redirects, head and body. `bytes` is the source's length; `None` where
    /// its body was not needed, could not be read, or its request was given up.
    fn fetched(&self, took: Duration, bytes: Option<u64>) {
        let _ = (took, bytes);
    }
}

/// Measures the origin's part of a request, and reports it however it ends.
pub(crate) struct FetchTimer<'a, P: Clock + Observer> {
    platform: &'a P,
    began: Duration,
    bytes: Option<u64>,
}

impl<'a, P: Clock + Observer> FetchTimer<'a, P> {
    pub(crate) fn start(platform: &'a P) -> Self {
        Self { platform, began: platform.monotonic(), bytes: None }
    }

    /// Ends it with a source of this length. Gives the time that it took.
    pub(crate) fn end(mut self, bytes: u64) -> Duration {
        self.bytes = Some(bytes);
        self.took()
    }

    fn took(&self) -> Duration {
        self.platform.monotonic().saturating_sub(self.began)
    }
}

impl<P: Clock + Observer> Drop for FetchTimer<'_, P> {
    fn drop(&mut self) {
        self.platform.fetched(self.took(), self.bytes);
    }
}

/// Reports an event to an observer, if the configured level lets it through.
pub(crate) fn report(observer: &impl Observer, level: LogLevel, event: &Event<'_>) {
    if event.level() <= level {
        observer.observe(event);
    }
}

/// What happened. Its text is one line, for the platform's log and never for clients.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A source could not be fetched or read.
    FetchFailed {
        /// Its URL without the query, which may be secret, or its path in a local origin.
        source: &'a str,
        /// Why, with the host's own words.
        failure: &'a Failure,
    },
    /// The configuration does not allow a source, or the host does not.
    SourceRefused {
        /// As for `FetchFailed`, cut where it is long.
        source: &'a str,
        /// A line with the source, why it is refused, and the setting that would allow it.
        message: &'a str,
    },
    /// A limit refuses a job.
    LimitPassed {
        /// Which, and by how much.
        error: &'a Error,
        /// A sentence that names the setting of the limit.
        hint: &'a str,
    },
    /// A source is missing or broken, and what is configured for this is shown.
    FallbackShown(&'a Error),
    /// The cache could not be asked, or an answer could not be stored.
    CacheFailed(&'a CacheError),
}

impl<'a> Event<'a> {
    /// Its text with the id of the request that it is about, for logs that have no field for that: `[id] text`.
    pub fn with_id(self, id: Option<&RequestId>) -> impl fmt::Display {
        fmt::from_fn(move |f| match id {
            Some(id) => write!(f, "[{}] {self}", id.as_str()),
            None => write!(f, "{self}"),
        })
    }

    /// How important it is.
    pub const fn level(&self) -> LogLevel {
        match self {
            Event::FetchFailed { .. } | Event::SourceRefused { .. } | Event::CacheFailed(_) => LogLevel::Warn,
            Event::LimitPassed { .. } | Event::FallbackShown(_) => LogLevel::Info,
        }
    }
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::FetchFailed { source, failure: Failure { error, detail } } if detail.is_empty() => {
                write!(f, "{source} could not be fetched: {error}")
            }
            Event::FetchFailed { source, failure: Failure { error, detail } } => {
                write!(f, "{source} could not be fetched: {error}: {detail}")
            }
            Event::SourceRefused { message, .. } => f.write_str(message),
            Event::LimitPassed { error, hint } => write!(f, "{} {hint}", error.message),
            Event::FallbackShown(error) => write!(f, "the fallback is shown: {error}"),
            Event::CacheFailed(error) => write!(f, "the cache failed: {error}"),
        }
    }
}
