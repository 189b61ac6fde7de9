//! Variables by name: how each kind of value is read, and refused.

use std::str::FromStr;
use std::time::Duration;

use edgepix_core::Limits;
use url::Url;

use super::{ConfigError, Defaults, Origin, Ttl};
use crate::request::presets::Presets;
use crate::request::signature::{Signing, SigningKey, SigningMode};
use crate::source::AddressPolicy;
use crate::source::location::SourceReference;
use crate::source::policy::Pattern;

/// Asks for names and parses their values.
pub(crate) struct Reader<L> {
    pub(crate) lookup: L,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    pub(crate) fn wrong(&self, name: &'static str, message: impl Into<String>) -> ConfigError {
        ConfigError { name, message: message.into() }
    }

    pub(crate) fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        message: &str,
    ) -> Result<Option<T>, ConfigError> {
        self.text(name).map(|text| text.parse().map_err(|_| self.wrong(name, message))).transpose()
    }

    /// A number of digits alone, at least `min`, that fits its type.
    pub(crate) fn whole<T: TryFrom<u64>>(
        &self,
        name: &'static str,
        min: u64,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && *number >= min);
        match number.and_then(|number: u64| T::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(name, format!("must be a whole number, at least {min}."))),
        }
    }

    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, ConfigError> {
        match self.text(name).as_deref() {
            None | Some("0") => Ok(false),
            Some("1") => Ok(true),
            Some(_) => Err(self.wrong(name, "must be 0 or 1.")),
        }
    }

    pub(crate) fn seconds(&self, name: &'static str) -> Result<Option<Duration>, ConfigError> {
        let seconds: Option<u32> = self.whole(name, 1)?;
        Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())))
    }

    /// The limits that are set, and these for the others.
    pub(crate) fn limits(&self, mut limits: Limits) -> Result<Limits, ConfigError> {
        let large = |name, limit: &mut u64| self.whole(name, 1).map(|set| *limit = set.unwrap_or(*limit));
        let small = |name, limit: &mut u32| self.whole(name, 1).map(|set| *limit = set.unwrap_or(*limit));
        large("EDGEPIX_MAX_SOURCE_BYTES", &mut limits.source_bytes)?;
        large("EDGEPIX_MAX_SOURCE_PIXELS", &mut limits.source_pixels)?;
        small("EDGEPIX_MAX_OUTPUT_SIDE", &mut limits.output_side)?;
        large("EDGEPIX_MAX_OUTPUT_PIXELS", &mut limits.output_pixels)?;
        small("EDGEPIX_MAX_FRAMES", &mut limits.frames)?;
        large("EDGEPIX_MAX_ANIMATION_PIXELS", &mut limits.animation_pixels)?;
        large("EDGEPIX_MAX_WORK", &mut limits.work)?;
        Ok(limits)
    }

    /// The bounds that are set, and the defaults as far as these let them.
    pub(crate) fn ttl(&self, base: Ttl) -> Result<Ttl, ConfigError> {
        let (min, max) = match (self.whole("EDGEPIX_TTL_MIN", 0)?, self.whole("EDGEPIX_TTL_MAX", 0)?) {
            (Some(min), Some(max)) if min > max => {
                return Err(
                    self.wrong("EDGEPIX_TTL_MIN", format!("must not exceed EDGEPIX_TTL_MAX ({max})."))
                );
            }
            (Some(min), max) => (min, max.unwrap_or(base.max.max(min))),
            (None, Some(max)) => (base.min.min(max), max),
            (None, None) => (base.min, base.max),
        };
        let default = self.whole("EDGEPIX_TTL_DEFAULT", 0)?.unwrap_or(base.default);
        let stale = self.whole("EDGEPIX_STALE", 0)?.unwrap_or(base.stale);
        Ok(Ttl { min, default, max, stale })
    }

    pub(crate) fn origin(&self, defaults: &Defaults) -> Result<Origin, ConfigError> {
        const NAME: &str = "EDGEPIX_ORIGIN";
        let Some(text) = self.text(NAME) else { return Ok(defaults.origin.clone()) };
        if defaults.folders && !text.contains("://") {
            return Ok(Origin::Folder(text.into()));
        }
        let usable = |url: &Url| {
            let plain = url.username().is_empty() && url.password().is_none();
            let bare = url.query().is_none() && url.fragment().is_none();
            matches!(url.scheme(), "http" | "https") && plain && bare
        };
        match Url::parse(&text).ok().filter(usable) {
            Some(url) => Ok(Origin::Url(url)),
            None => {
                Err(self.wrong(NAME, "must be an http or https URL without user name, query and fragment."))
            }
        }
    }

    pub(crate) fn patterns(&self) -> Result<Vec<Pattern>, ConfigError> {
        const NAME: &str = "EDGEPIX_ALLOWED_SOURCES";
        let text = self.text(NAME).unwrap_or_default();
        entries(&text)
            .map(|entry| {
                entry
                    .parse()
                    .map_err(|form| self.wrong(NAME, format!("must hold {form}; `{entry}` is none.")))
            })
            .collect()
    }

    pub(crate) fn addresses(&self) -> Result<AddressPolicy, ConfigError> {
        const NAME: &str = "EDGEPIX_ALLOW_PRIVATE";
        let Some(text) = self.text(NAME) else { return Ok(AddressPolicy::PUBLIC) };
        text.parse().map_err(|form| self.wrong(NAME, format!("must be {form}.")))
    }

    pub(crate) fn signing(&self) -> Result<Signing, ConfigError> {
        const KEYS: &str = "EDGEPIX_SIGNING_KEYS";
        const MODE: &str = "EDGEPIX_SIGNING";
        let mut keys: Vec<SigningKey> = Vec::new();
        // No message holds an entry: it may be a secret.
        for entry in entries(&self.text(KEYS).unwrap_or_default()) {
            let key: SigningKey =
                entry.parse().map_err(|form| self.wrong(KEYS, format!("must hold {form}.")))?;
            if keys.iter().any(|other| other.id() == key.id()) {
                return Err(self.wrong(KEYS, format!("has the key `{}` twice.", key.id())));
            }
            keys.push(key);
        }
        let mode = match (self.text(MODE).as_deref(), keys.is_empty()) {
            (None, true) | (Some("off"), _) => SigningMode::Off,
            (None | Some("required"), false) => SigningMode::Required,
            (Some("presets"), false) => SigningMode::Presets,
            (Some("required" | "presets"), true) => {
                return Err(self.wrong(MODE, format!("needs keys: set {KEYS} too.")));
            }
            _ => return Err(self.wrong(MODE, "must be required, presets or off.")),
        };
        Ok(Signing { keys, mode })
    }

    pub(crate) fn presets(&self, limits: &Limits) -> Result<Presets, ConfigError> {
        const NAME: &str = "EDGEPIX_PRESETS";
        const ONLY: &str = "EDGEPIX_ONLY_PRESETS";
        let mut presets = Presets::parse(&self.text(NAME).unwrap_or_default(), limits)
            .map_err(|message| self.wrong(NAME, message))?;
        presets.only = self.flag(ONLY)?;
        if presets.only && presets.is_empty() {
            return Err(self.wrong(ONLY, format!("needs presets: set {NAME} too.")));
        }
        Ok(presets)
    }

    pub(crate) fn fallback(&self) -> Result<Option<SourceReference>, ConfigError> {
        const NAME: &str = "EDGEPIX_FALLBACK";
        let Some(text) = self.text(NAME) else { return Ok(None) };
        let reference = SourceReference::parse(&text);
        reference.map(Some).map_err(|error| self.wrong(NAME, format!("is no source: {}", error.message)))
    }

    pub(crate) fn widths(&self) -> Result<Option<Vec<u32>>, ConfigError> {
        const NAME: &str = "EDGEPIX_WIDTHS";
        let Some(text) = self.text(NAME) else { return Ok(None) };
        let mut widths = Vec::new();
        for entry in entries(&text) {
            match entry.parse() {
                Ok(width) if width > 0 && !entry.starts_with('+') => widths.push(width),
                _ => return Err(self.wrong(NAME, "must be widths in pixels: 320,640,1280.")),
            }
        }
        widths.sort_unstable();
        widths.dedup();
        Ok(Some(widths))
    }
}

/// The entries of a comma-separated list, without the empty ones.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|entry| !entry.is_empty())
}
