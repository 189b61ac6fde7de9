//! The configuration: `EDGEPIX_*` names, the same on every platform, parsed once at the start.
//!
//! A value that does not parse stops the start; nothing falls back silently.

mod variables;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use edgepix_core::{Format, Limits, Quality};
use url::Url;

use crate::config::variables::{Reader, entries};
use crate::seams::{Event, Observer};
use crate::source::policy::SourcePolicy;

/// The names that [`Config::from_lookup`] asks for, in the order of the documentation: what an adapter declares where
/// its platform wants declarations.
pub const NAMES: [&str; 19] = [
    "EDGEPIX_ORIGIN",
    "EDGEPIX_ALLOWED_SOURCES",
    "EDGEPIX_ALLOW_PRIVATE",
    "EDGEPIX_MAX_SOURCE_BYTES",
    "EDGEPIX_MAX_SOURCE_PIXELS",
    "EDGEPIX_MAX_OUTPUT_SIDE",
    "EDGEPIX_MAX_FRAMES",
    "EDGEPIX_MEMORY_BUDGET",
    "EDGEPIX_FETCH_TIMEOUT",
    "EDGEPIX_TIMEOUT",
    "EDGEPIX_TTL_MIN",
    "EDGEPIX_TTL_DEFAULT",
    "EDGEPIX_TTL_MAX",
    "EDGEPIX_QUALITY",
    "EDGEPIX_WIDTHS",
    "EDGEPIX_SIGNING_KEYS",
    "EDGEPIX_PRESETS",
    "EDGEPIX_LOG",
    "EDGEPIX_DEBUG",
];

/// Everything that the service can be told. Made by [`Config::from_lookup`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Where sources named by a path are read from.
    pub origin: Origin,
    /// Upper bounds of one job. `limits.memory` is the memory budget.
    pub limits: Limits,
    /// Bytes that all jobs of one instance together may plan for, the sources that they hold included.
    pub memory_budget: u64,
    /// How long the origin may take for a source, redirects and body included.
    pub fetch_timeout: Duration,
    /// How long a request may take until its pixels are begun.
    pub timeout: Duration,
    /// How long answers are fresh.
    pub ttl: Ttl,
    /// Quality where the request names none.
    pub quality: Qualities,
    /// The only output widths that are answered, in device pixels, ascending. `None`: any.
    pub widths: Option<Vec<u32>>,
    /// What is written to the platform's log.
    pub log: LogLevel,
    /// Whether answers carry `Server-Timing`.
    pub debug: bool,
    pub(crate) policy: SourcePolicy,
}

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
    /// The lifetime where the origin says nothing.
    pub default: u64,
    /// No lifetime is longer.
    pub max: u64,
}

/// Quality where the request names none: each format's own, but for those that are configured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Qualities(Vec<(Format, Quality)>);

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

/// What differs by platform where the configuration says nothing.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// Where sources named by a path are read from.
    pub origin: Origin,
    /// Whether `EDGEPIX_ORIGIN` may be a folder.
    pub folders: bool,
    /// Bytes that all jobs of one instance together may plan for.
    pub memory_budget: u64,
    /// Longest source in bytes.
    pub source_bytes: u64,
    /// Domains that the platform routes to the application itself or its neighbours, in lower case: they and all
    /// below them are refused as sources, whatever is allowed.
    pub internal_hosts: &'static [&'static str],
}

impl Defaults {
    /// No origin, and sources of 16 MiB: an isolate of 128 MB, of which jobs may have this much.
    pub fn isolate(memory_budget: u64) -> Self {
        Self { memory_budget, source_bytes: 16 << 20, ..Self::default() }
    }
}

impl Default for Defaults {
    /// No origin, 512 MiB, sources of 32 MiB: a native process.
    fn default() -> Self {
        Self {
            origin: Origin::None,
            folders: false,
            memory_budget: 512 << 20,
            source_bytes: 32 << 20,
            internal_hosts: &[],
        }
    }
}

/// A name whose value stops the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The `EDGEPIX_*` name, whatever the platform's own spelling.
    pub name: &'static str,
    /// What it must be.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.message)
    }
}

impl std::error::Error for ConfigError {}

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

impl Default for Config {
    /// What an empty configuration gives on a native process, without an origin.
    fn default() -> Self {
        let Defaults { origin, memory_budget, source_bytes, .. } = Defaults::default();
        let mut limits = Limits::default();
        limits.source_bytes = source_bytes;
        limits.memory = memory_budget;
        Self {
            origin,
            limits,
            memory_budget,
            fetch_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            ttl: Ttl { min: 60, default: 86_400, max: 31_536_000 },
            quality: Qualities::default(),
            widths: None,
            log: LogLevel::default(),
            debug: false,
            policy: SourcePolicy::default(),
        }
    }
}

impl Config {
    /// Tells an observer of an event that the configured level lets through.
    pub(crate) fn tell(&self, observer: &impl Observer, event: &Event<'_>) {
        if event.level() <= self.log {
            observer.observe(event);
        }
    }

    /// Reads the configuration by asking `lookup` for each name. An empty value means unset.
    ///
    /// # Errors
    ///
    /// A value that does not parse, or a name that is known but not built yet: nobody may believe that signatures
    /// are checked when they are not.
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
        defaults: &Defaults,
    ) -> Result<Self, ConfigError> {
        let read = Reader { lookup };
        for name in ["EDGEPIX_SIGNING_KEYS", "EDGEPIX_PRESETS"] {
            if read.text(name).is_some() {
                return Err(read.wrong(name, "is not built yet: leave it unset."));
            }
        }
        let base = Self::default();
        let memory_budget = read.whole("EDGEPIX_MEMORY_BUDGET", 1)?.unwrap_or(defaults.memory_budget);
        let mut limits = base.limits;
        limits.source_bytes = read.whole("EDGEPIX_MAX_SOURCE_BYTES", 1)?.unwrap_or(defaults.source_bytes);
        limits.source_pixels = read.whole("EDGEPIX_MAX_SOURCE_PIXELS", 1)?.unwrap_or(limits.source_pixels);
        limits.output_side = read.whole("EDGEPIX_MAX_OUTPUT_SIDE", 1)?.unwrap_or(limits.output_side);
        limits.frames = read.whole("EDGEPIX_MAX_FRAMES", 1)?.unwrap_or(limits.frames);
        limits.memory = memory_budget;
        let origin = read.origin(defaults)?;
        let policy = SourcePolicy {
            origin: if let Origin::Url(url) = &origin { Some(url.clone()) } else { None },
            patterns: read.patterns()?,
            allow_private: read.flag("EDGEPIX_ALLOW_PRIVATE")?,
            internal_hosts: defaults.internal_hosts,
        };
        if policy.origin.as_ref().and_then(Url::host).is_some_and(|host| policy.is_internal(&host)) {
            return Err(
                read.wrong("EDGEPIX_ORIGIN", "must not be a host that this platform answers for itself.")
            );
        }
        Ok(Self {
            origin,
            limits,
            memory_budget,
            fetch_timeout: read.seconds("EDGEPIX_FETCH_TIMEOUT")?.unwrap_or(base.fetch_timeout),
            timeout: read.seconds("EDGEPIX_TIMEOUT")?.unwrap_or(base.timeout),
            ttl: read.ttl(base.ttl)?,
            quality: read
                .parsed("EDGEPIX_QUALITY", "must be like jpeg=80,webp=80,avif=60.")?
                .unwrap_or_default(),
            widths: read.widths()?,
            log: read
                .parsed("EDGEPIX_LOG", "must be off, error, warn, info, debug or trace.")?
                .unwrap_or_default(),
            debug: read.flag("EDGEPIX_DEBUG")?,
            policy,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let find =
            |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
        Config::from_lookup(find, &Defaults { folders: true, ..Defaults::default() })
    }

    #[test]
    fn every_name_is_read() {
        let config = config(&[
            ("EDGEPIX_ORIGIN", "https://o.example/base"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://*.example.com/photos/, http://192.0.2.1:8080,"),
            ("EDGEPIX_ALLOW_PRIVATE", "1"),
            ("EDGEPIX_MAX_SOURCE_BYTES", "1"),
            ("EDGEPIX_MAX_SOURCE_PIXELS", "2"),
            ("EDGEPIX_MAX_OUTPUT_SIDE", "3"),
            ("EDGEPIX_MAX_FRAMES", "4"),
            ("EDGEPIX_MEMORY_BUDGET", "5"),
            ("EDGEPIX_FETCH_TIMEOUT", "6"),
            ("EDGEPIX_TIMEOUT", "7"),
            ("EDGEPIX_TTL_MIN", "0"),
            ("EDGEPIX_TTL_DEFAULT", "8"),
            ("EDGEPIX_TTL_MAX", "9"),
            ("EDGEPIX_QUALITY", "webp=9, jpeg=11, webp=10"),
            ("EDGEPIX_WIDTHS", "640, 320,640"),
            ("EDGEPIX_LOG", "warn"),
            ("EDGEPIX_DEBUG", "1"),
        ])
        .unwrap();
        assert_eq!(config.origin, Origin::Url(Url::parse("https://o.example/base").unwrap()));
        assert_eq!((config.policy.patterns.len(), config.policy.allow_private), (2, true));
        let mut limits = Limits::default();
        (limits.source_bytes, limits.source_pixels, limits.output_side) = (1, 2, 3);
        (limits.frames, limits.memory) = (4, 5);
        assert_eq!((config.limits, config.memory_budget), (limits, 5));
        assert_eq!((config.fetch_timeout.as_secs(), config.timeout.as_secs()), (6, 7));
        assert_eq!(config.ttl, Ttl { min: 0, default: 8, max: 9 });
        let qualities = [Format::Jpeg, Format::Webp, Format::Avif, Format::Png]
            .map(|format| config.quality.of(format).map(Quality::get));
        assert_eq!(qualities, [Some(11), Some(10), Some(60), None]);
        assert_eq!((config.widths, config.debug), (Some(vec![320, 640]), true));
        assert_eq!(config.log, LogLevel::Warn);
    }

    #[test]
    fn the_list_of_names_is_what_is_asked_for() {
        let asked = std::cell::RefCell::new(std::collections::BTreeSet::new());
        let find = |name: &str| {
            asked.borrow_mut().insert(name.to_owned());
            None
        };
        Config::from_lookup(find, &Defaults::default()).unwrap();
        assert!(asked.into_inner().into_iter().eq(std::collections::BTreeSet::from(NAMES).into_iter()));
    }

    #[test]
    fn nothing_is_the_defaults_and_empty_is_nothing() {
        let names =
            ["EDGEPIX_ORIGIN", "EDGEPIX_WIDTHS", "EDGEPIX_TIMEOUT", "EDGEPIX_SIGNING_KEYS", "EDGEPIX_DEBUG"];
        let empty: Vec<_> = names.iter().map(|name| (*name, " ")).collect();
        for config in [config(&[]).unwrap(), config(&empty).unwrap()] {
            assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
        }
    }

    #[test]
    fn wrong_values_stop_the_start() {
        for (name, value) in [
            ("EDGEPIX_ORIGIN", "ftp://o.example/"),
            ("EDGEPIX_ORIGIN", "https://user@o.example/"),
            ("EDGEPIX_ORIGIN", "https://o.example/?a"),
            ("EDGEPIX_ORIGIN", "https://"),
            ("EDGEPIX_ALLOWED_SOURCES", "example.com"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://a.example,*"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://*"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://*.*.example"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://a.*.example"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://*.192.0.2.1"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://a.example/?x"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://u@a.example/"),
            ("EDGEPIX_ALLOWED_SOURCES", "ftp://a.example/"),
            ("EDGEPIX_ALLOWED_SOURCES", "https:///a"),
            ("EDGEPIX_ALLOW_PRIVATE", "true"),
            ("EDGEPIX_MAX_SOURCE_BYTES", "32MB"),
            ("EDGEPIX_MAX_SOURCE_BYTES", "0"),
            ("EDGEPIX_MAX_SOURCE_BYTES", "+1"),
            ("EDGEPIX_MAX_OUTPUT_SIDE", "4294967296"),
            ("EDGEPIX_MEMORY_BUDGET", "-1"),
            ("EDGEPIX_TIMEOUT", "0"),
            ("EDGEPIX_TIMEOUT", "1.5"),
            ("EDGEPIX_QUALITY", "80"),
            ("EDGEPIX_QUALITY", "jpeg=0"),
            ("EDGEPIX_QUALITY", "png=80"),
            ("EDGEPIX_WIDTHS", "0"),
            ("EDGEPIX_WIDTHS", "a"),
            ("EDGEPIX_DEBUG", "2"),
            ("EDGEPIX_LOG", "loud"),
            ("EDGEPIX_SIGNING_KEYS", "a:00"),
            ("EDGEPIX_PRESETS", "a?w=1"),
        ] {
            let error = config(&[(name, value)]).expect_err(value);
            assert_eq!(error.name, name, "{value}");
            assert!(error.to_string().starts_with(name));
        }
    }

    #[test]
    fn bounds_may_not_contradict_each_other() {
        let bounds = |pairs: &[_]| config(pairs).map(|config| (config.ttl.min, config.ttl.max));
        assert_eq!(bounds(&[("EDGEPIX_TTL_MAX", "10")]), Ok((10, 10)));
        assert_eq!(bounds(&[("EDGEPIX_TTL_MIN", "31536001")]), Ok((31_536_001, 31_536_001)));
        let contradiction = bounds(&[("EDGEPIX_TTL_MIN", "11"), ("EDGEPIX_TTL_MAX", "10")]);
        assert_eq!(contradiction.map_err(|error| error.name), Err("EDGEPIX_TTL_MIN"));
    }

    #[test]
    fn folders_only_where_the_platform_has_them() {
        assert_eq!(config(&[("EDGEPIX_ORIGIN", "photos")]).unwrap().origin, Origin::Folder("photos".into()));
        let find = |name: &str| (name == "EDGEPIX_ORIGIN").then(|| "photos".to_owned());
        assert!(Config::from_lookup(find, &Defaults::default()).is_err());
    }

    #[test]
    fn an_origin_is_no_host_that_the_platform_answers_for() {
        let defaults = Defaults { internal_hosts: &["self.alt"], ..Defaults::default() };
        for (origin, starts) in [("http://Self.alt/photos", false), ("https://myself.alt/", true)] {
            let find = |name: &str| (name == "EDGEPIX_ORIGIN").then(|| origin.to_owned());
            assert_eq!(Config::from_lookup(find, &defaults).is_ok(), starts, "{origin}");
        }
    }
}
