//! The configuration: `EDGEPIX_*` names, the same on every platform, parsed once at the start.
//!
//! A value that does not parse stops the start; nothing falls back silently.

mod defaults;
mod reader;
mod values;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use edgepix_core::{Effort, Limits};
use url::Url;

pub use self::defaults::Defaults;
use self::reader::Reader;
pub(crate) use self::reader::entries;
pub use self::values::{LogLevel, Origin, Qualities, Ttl};
use crate::request::negotiate::AutoFormats;
use crate::request::presets::Presets;
use crate::request::signature::Signing;
use crate::source::AddressPolicy;
use crate::source::location::{SourceLocation, SourceReference};
use crate::source::policy::SourcePolicy;

/// The names that [`Config::from_lookup`] asks for, in the order of the documentation: what an adapter declares where
/// its platform wants declarations.
pub const NAMES: [&str; 31] = [
    "EDGEPIX_ORIGIN",
    "EDGEPIX_ALLOWED_SOURCES",
    "EDGEPIX_ALLOW_PRIVATE",
    "EDGEPIX_MAX_SOURCE_BYTES",
    "EDGEPIX_MAX_SOURCE_PIXELS",
    "EDGEPIX_MAX_OUTPUT_SIDE",
    "EDGEPIX_MAX_OUTPUT_PIXELS",
    "EDGEPIX_MAX_FRAMES",
    "EDGEPIX_MAX_ANIMATION_PIXELS",
    "EDGEPIX_MAX_WORK",
    "EDGEPIX_MEMORY_BUDGET",
    "EDGEPIX_FETCH_TIMEOUT",
    "EDGEPIX_TIMEOUT",
    "EDGEPIX_TTL_MIN",
    "EDGEPIX_TTL_DEFAULT",
    "EDGEPIX_TTL_MAX",
    "EDGEPIX_STALE",
    "EDGEPIX_FORMATS",
    "EDGEPIX_QUALITY",
    "EDGEPIX_EFFORT",
    "EDGEPIX_WIDTHS",
    "EDGEPIX_SIGNING_KEYS",
    "EDGEPIX_SIGNING",
    "EDGEPIX_PRESETS",
    "EDGEPIX_ONLY_PRESETS",
    "EDGEPIX_OVERLAYS",
    "EDGEPIX_DIALECTS",
    "EDGEPIX_UPLOADS",
    "EDGEPIX_FALLBACK",
    "EDGEPIX_LOG",
    "EDGEPIX_DEBUG",
];

/// Those of [`NAMES`] that are not built yet: a value for them stops the start.
pub const NOT_BUILT: [&str; 3] = ["EDGEPIX_OVERLAYS", "EDGEPIX_DIALECTS", "EDGEPIX_UPLOADS"];

/// All settings of the service. Made by [`Config::from_lookup`].
#[derive(Clone, Debug)]
pub struct Config {
    /// Where sources named by a path are read from.
    pub origin: Origin,
    /// Upper bounds of one job. `limits.memory` is what one may have of the memory budget, with its source.
    pub limits: Limits,
    /// Bytes that all jobs of one instance together may plan for, the sources that they hold included.
    pub memory_budget: u64,
    /// How long the origin may take for a source, redirects and body included.
    pub fetch_timeout: Duration,
    /// How long a request may take. Where jobs cannot be stopped, it ends before its pixels are begun.
    pub timeout: Duration,
    /// How long answers are fresh.
    pub ttl: Ttl,
    /// Quality where the request names none.
    pub quality: Qualities,
    /// Effort of encoders where the request names none.
    pub effort: Effort,
    /// The only output widths that are answered, in device pixels, ascending. `None`: any.
    pub widths: Option<Vec<u32>>,
    /// What is written to the platform's log.
    pub log: LogLevel,
    /// Whether answers carry `Server-Timing`.
    pub debug: bool,
    pub(crate) policy: SourcePolicy,
    pub(crate) formats: AutoFormats,
    pub(crate) signing: Signing,
    pub(crate) presets: Presets,
    /// What is shown where a source is missing or broken.
    pub(crate) fallback: Option<SourceReference>,
}

impl Default for Config {
    /// What an empty configuration gives on a native process, without an origin.
    fn default() -> Self {
        let defaults = Defaults::default();
        Self {
            limits: defaults.limits(defaults.memory_budget),
            origin: defaults.origin,
            memory_budget: defaults.memory_budget,
            fetch_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            ttl: Ttl { min: 60, default: 86_400, max: 31_536_000, stale: 0 },
            quality: Qualities::default(),
            effort: Effort::default(),
            widths: None,
            log: LogLevel::default(),
            debug: false,
            policy: SourcePolicy::default(),
            formats: AutoFormats::default(),
            signing: Signing::default(),
            presets: Presets::default(),
            fallback: None,
        }
    }
}

impl Config {
    /// Which addresses the hosts of absolute sources may have.
    pub fn addresses(&self) -> AddressPolicy {
        self.policy.addresses
    }

    /// Reads the configuration by asking `lookup` for each name. An empty value means unset.
    ///
    /// # Errors
    ///
    /// A value that does not parse, or a name that is known but not built yet: signatures, for one, must not
    /// seem to be checked when they are not.
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<String>,
        defaults: &Defaults,
    ) -> Result<Self, ConfigError> {
        let read = Reader { lookup };
        for name in NOT_BUILT {
            if read.text(name).is_some() {
                return Err(read.wrong(name, "is not built yet: leave it unset."));
            }
        }
        let base = Self::default();
        let memory_budget = read.whole("EDGEPIX_MEMORY_BUDGET", 1)?.unwrap_or(defaults.memory_budget);
        let limits = read.limits(defaults.limits(memory_budget))?;
        let origin = read.origin(defaults)?;
        let policy = SourcePolicy {
            origin: if let Origin::Url(url) = &origin { Some(url.clone()) } else { None },
            patterns: read.patterns()?,
            addresses: read.addresses()?,
            internal_hosts: defaults.internal_hosts,
        };
        if policy.origin.as_ref().and_then(Url::host).is_some_and(|host| policy.is_internal(&host)) {
            return Err(
                read.wrong("EDGEPIX_ORIGIN", "must not be a host that this platform answers for itself.")
            );
        }
        let config = Self {
            origin,
            limits,
            memory_budget,
            fetch_timeout: read.seconds("EDGEPIX_FETCH_TIMEOUT")?.unwrap_or(base.fetch_timeout),
            timeout: read.seconds("EDGEPIX_TIMEOUT")?.unwrap_or(base.timeout),
            ttl: read.ttl(base.ttl)?,
            quality: read
                .parsed("EDGEPIX_QUALITY", "must be like jpeg=80,webp=80,avif=60.")?
                .unwrap_or_default(),
            effort: read.parsed("EDGEPIX_EFFORT", "must be fast, balanced or small.")?.unwrap_or_default(),
            widths: read.widths()?,
            log: read
                .parsed("EDGEPIX_LOG", "must be off, error, warn, info, debug or trace.")?
                .unwrap_or_default(),
            debug: read.flag("EDGEPIX_DEBUG")?,
            policy,
            formats: read
                .parsed("EDGEPIX_FORMATS", &format!("must be {}.", AutoFormats::ALLOWED))?
                .unwrap_or_default(),
            signing: read.signing()?,
            presets: read.presets(&limits)?,
            fallback: read.fallback()?,
        };
        // Read from where it may be read, as what it stands for.
        if let Some(fallback) = &config.fallback {
            SourceLocation::of(fallback, &config)
                .map_err(|error| read.wrong("EDGEPIX_FALLBACK", format!("cannot be read: {error}")))?;
        }
        Ok(config)
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
