//! The types of the values.

use std::path::PathBuf;
use std::str::FromStr;

use edgepix_core::{Format, Quality};
use url::Url;

use super::reader::entries;

/// Where sources named by a path are read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: every request names an absolute source.
    #[default]
    None,
    /// A base URL, to which paths are joined.
    Url(Url),
    /// A folder of the host, read by [`Store::open`](crate::Store::open).
    Folder(PathBuf),
    /// Samples that the platform carries, read by [`Store::open`](crate::Store::open).
    Samples,
}

/// Bounds of the time for which answers are fresh, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ttl {
    /// Positive lifetimes are at least this.
    pub min: u64,
    /// The lifetime where the origin sets none.
    pub default: u64,
    /// No lifetime is longer.
    pub max: u64,
    /// How long what is past its life may be given while it is revalidated, or where that fails, where the origin says
    /// nothing.
    pub stale: u64,
}

/// Quality where the request names none: each format's own, but for those that are configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qualities(Vec<(Format, Quality)>);

impl Qualities {
    /// The quality for `format`; `None` where it has no meaning.
    pub fn of(&self, format: Format) -> Option<Quality> {
        let configured = self.0.iter().find(|(configured, _)| *configured == format);
        configured.map(|(_, quality)| *quality).or(format.default_quality())
    }
}

impl FromStr for Qualities {
    type Err = ();

    /// Reads `jpeg=80,webp=80,avif=60`, any of them left out; of one that is named twice the last counts.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut qualities = Vec::new();
        for entry in entries(text) {
            let (name, value) = entry.split_once('=').ok_or(())?;
            let format: Format = name.trim().parse().map_err(|_| ())?;
            format.default_quality().ok_or(())?;
            qualities.insert(0, (format, value.trim().parse().map_err(|_| ())?));
        }
        Ok(Self(qualities))
    }
}

/// What is written to the platform's log: [events](crate::Event) of this level and of the more serious ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum LogLevel {
    Off,
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl FromStr for LogLevel {
    type Err = ();

    /// Reads the name in lower case.
    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "off" => LogLevel::Off,
            "error" => LogLevel::Error,
            "warn" => LogLevel::Warn,
            "info" => LogLevel::Info,
            "debug" => LogLevel::Debug,
            "trace" => LogLevel::Trace,
            _ => return Err(()),
        })
    }
}
