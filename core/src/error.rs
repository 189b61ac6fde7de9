//! What can go wrong, grouped by whose fault it is.
//!
//! [`Kind`] is the one list: the service's `urn:edgepix:error:…`, the WIT cases, the JavaScript codes and the golden
//! suite's expectations are its [slugs](Kind::slug). The core raises the caller's, the source's and the limits'
//! kinds, [`Cancelled`](Kind::Cancelled) and [`Internal`](Kind::Internal); the others are raised by the hosts around it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::InvalidValue;

/// Whose fault an error is.
///
/// ```
/// use edgepix_core::{Blame, Limits, Transform, transform};
///
/// let error = transform(b"no image", &Transform::default(), &Limits::default()).unwrap_err();
/// let status = match error.kind.blame() {
///     Blame::Caller => 400,
///     Blame::Source => 422,
///     Blame::Limit => 413,
///     Blame::Origin => 502,
///     Blame::Service => 500,
/// };
/// assert_eq!(status, 422);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// What is asked is wrong, whatever the source.
    Caller,
    /// The source is not an image that we read, or is damaged.
    Source,
    /// The job is larger than a limit.
    Limit,
    /// The place that the source comes from failed or refused.
    Origin,
    /// The program that runs the job: its configuration, its load, or a defect.
    Service,
}

/// The kinds of errors, the same on every host.
///
/// ```
/// use edgepix_core::Kind;
///
/// assert_eq!(Kind::TooLarge.slug(), "too-large");
/// assert_eq!(Kind::from_slug("too-large"), Some(Kind::TooLarge));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A parameter is unknown, repeated, empty or out of range.
    InvalidParameter,
    /// A parameter or value that is part of the vocabulary but not built yet.
    Unsupported,
    /// There is nothing under this address. Raised by hosts.
    NotFound,
    /// The address exists, but not for this method. Raised by hosts.
    MethodNotAllowed,
    /// The source is not an image, or not of a kind that we read.
    UnsupportedSource,
    /// The source is an image but its data is broken.
    DamagedSource,
    /// The source, the output or the plan is larger than a limit.
    TooLarge,
    /// The configuration does not allow this source. Raised by hosts.
    SourceRefused,
    /// The URL has to be signed, and is not, or not rightly, or its time is over. Raised by hosts.
    SignatureRefused,
    /// The place that the source should come from does not have it, or does not give it. Raised by hosts.
    SourceNotFound,
    /// The place that the source comes from failed, or sent something that is no proper answer. Raised by hosts.
    OriginFailed,
    /// The place that the source comes from took too long. Raised by hosts.
    OriginTimeout,
    /// The source would come from the very program that asks for it. Raised by hosts.
    Loop,
    /// Too many jobs are running; the same job will be taken later. Raised by hosts.
    Busy,
    /// The job took longer than it may. Raised by hosts.
    Timeout,
    /// The job was stopped between two rows, by whoever runs it.
    Cancelled,
    /// The host is configured wrongly. Raised by hosts.
    Configuration,
    /// A defect of ours.
    Internal,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 18] = [
        Kind::InvalidParameter,
        Kind::Unsupported,
        Kind::NotFound,
        Kind::MethodNotAllowed,
        Kind::UnsupportedSource,
        Kind::DamagedSource,
        Kind::TooLarge,
        Kind::SourceRefused,
        Kind::SignatureRefused,
        Kind::SourceNotFound,
        Kind::OriginFailed,
        Kind::OriginTimeout,
        Kind::Loop,
        Kind::Busy,
        Kind::Timeout,
        Kind::Cancelled,
        Kind::Configuration,
        Kind::Internal,
    ];

    /// The stable name: lower case, words joined by hyphens.
    pub const fn slug(self) -> &'static str {
        match self {
            Kind::InvalidParameter => "invalid-parameter",
            Kind::Unsupported => "unsupported",
            Kind::NotFound => "not-found",
            Kind::MethodNotAllowed => "method-not-allowed",
            Kind::UnsupportedSource => "unsupported-source",
            Kind::DamagedSource => "damaged-source",
            Kind::TooLarge => "too-large",
            Kind::SourceRefused => "source-refused",
            Kind::SignatureRefused => "signature-refused",
            Kind::SourceNotFound => "source-not-found",
            Kind::OriginFailed => "origin-failed",
            Kind::OriginTimeout => "origin-timeout",
            Kind::Loop => "loop",
            Kind::Busy => "busy",
            Kind::Timeout => "timeout",
            Kind::Cancelled => "cancelled",
            Kind::Configuration => "configuration",
            Kind::Internal => "internal",
        }
    }

    /// The kind with this name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }

    /// Whose fault errors of this kind are.
    pub const fn blame(self) -> Blame {
        match self {
            Kind::InvalidParameter
            | Kind::Unsupported
            | Kind::NotFound
            | Kind::MethodNotAllowed
            | Kind::SignatureRefused => Blame::Caller,
            Kind::UnsupportedSource | Kind::DamagedSource => Blame::Source,
            Kind::TooLarge => Blame::Limit,
            Kind::SourceRefused
            | Kind::SourceNotFound
            | Kind::OriginFailed
            | Kind::OriginTimeout
            | Kind::Loop => Blame::Origin,
            Kind::Busy | Kind::Timeout | Kind::Cancelled | Kind::Configuration | Kind::Internal => {
                Blame::Service
            }
        }
    }
}

/// The largest number that JSON and JavaScript carry exactly (RFC 8259 §6).
const EXACT: u64 = (1 << 53) - 1;

/// One error: its kind, a sentence for a person, and the parameter or limit concerned.
///
/// Two errors are equal where they say the same; their [sources](std::error::Error::source) are not compared.
///
/// ```
/// use edgepix_core::{Kind, Transform};
///
/// let error = Transform::builder().quality(101).build().unwrap_err();
/// assert_eq!(error.kind, Kind::InvalidParameter);
/// assert_eq!(error.to_string(), "invalid-parameter: The value of `q` must be: 1 … 100.");
/// assert_eq!(error.allowed.as_deref(), Some("1 … 100"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Error {
    /// What went wrong.
    pub kind: Kind,
    /// A sentence for a person, that says what to do where something can be done.
    pub message: Cow<'static, str>,
    /// The parameter (its name in URLs) or the limit (`source-bytes`, `source-pixels`, `output-side`, `output-pixels`,
    /// `frames`, `animation-pixels`, `memory`, `work`) concerned.
    pub parameter: Option<Cow<'static, str>>,
    /// The values that the parameter may have.
    pub allowed: Option<Cow<'static, str>>,
    /// The limit that was passed, in the limit's own unit, at most 2⁵³ − 1.
    pub limit: Option<u64>,
    /// What the job would need, in the limit's unit, at most 2⁵³ − 1.
    pub actual: Option<u64>,
    /// Boxed twice: an error stays below the size at which every `Result` pays for it.
    source: Option<Arc<Box<dyn std::error::Error + Send + Sync>>>,
}

impl Error {
    /// An error of `kind` with nothing but a sentence.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            parameter: None,
            allowed: None,
            limit: None,
            actual: None,
            source: None,
        }
    }

    /// The same error, with what caused it.
    pub fn with_source(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { source: Some(Arc::new(Box::new(source))), ..self }
    }

    /// A parameter whose value is wrong, with the values that it may have.
    pub fn parameter(
        name: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut error = Self::new(Kind::InvalidParameter, message);
        error.parameter = Some(name.into());
        error.allowed = Some(allowed.into());
        error
    }

    /// A parameter whose value is none of those that it may have.
    pub fn invalid_value(name: impl Into<Cow<'static, str>>, allowed: impl Into<Cow<'static, str>>) -> Self {
        let (name, allowed) = (name.into(), allowed.into());
        Self::parameter(name.clone(), format!("The value of `{name}` must be: {allowed}."), allowed)
    }

    /// `what`, a parameter or a value of the parameter `name`, is part of the vocabulary but not built yet.
    pub fn not_built(
        name: impl Into<Cow<'static, str>>,
        what: &str,
        allowed: impl Into<Cow<'static, str>>,
    ) -> Self {
        let mut error = Self::parameter(name, format!("`{what}` is not built yet."), allowed);
        error.kind = Kind::Unsupported;
        error
    }

    /// A name that there is not among `names`, with the one that was `meant`, if one is like it. `what` is named.
    pub fn unknown(what: &str, name: &str, meant: Option<&str>, names: &[&str]) -> Self {
        // Enough to recognise it; what a caller sends is not echoed at length.
        let shown: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
        let message = match meant {
            Some(meant) => format!("There is no {what} `{shown}`; is `{meant}` meant?"),
            None => format!("There is no {what} `{shown}`."),
        };
        Self::parameter(shown, message, names.join(", "))
    }

    /// A job that is larger than the limit `name` allows.
    pub fn too_large(
        name: &'static str,
        message: impl Into<Cow<'static, str>>,
        limit: u64,
        actual: u64,
    ) -> Self {
        let mut error = Self::new(Kind::TooLarge, message);
        error.parameter = Some(name.into());
        error.limit = Some(limit.min(EXACT));
        error.actual = Some(actual.min(EXACT));
        error
    }

    /// A source that is not an image that we read.
    pub fn unsupported_source(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::UnsupportedSource, message)
    }

    /// A source whose data is broken.
    pub fn damaged(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::DamagedSource, message)
    }
}

impl From<InvalidValue> for Error {
    /// An [`InvalidParameter`](Kind::InvalidParameter) that does not know the parameter's name.
    fn from(value: InvalidValue) -> Self {
        let allowed = value.allowed().to_owned();
        let mut error = Self::new(Kind::InvalidParameter, format!("The value must be: {allowed}."));
        error.allowed = Some(allowed.into());
        error
    }
}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        let Self { kind, message, parameter, allowed, limit, actual, source: _ } = self;
        (kind, message, parameter, allowed, limit, actual)
            == (&other.kind, &other.message, &other.parameter, &other.allowed, &other.limit, &other.actual)
    }
}

impl Eq for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.slug(), self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| -> &(dyn std::error::Error + 'static) { &***source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::error::Error as _;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let slugs: HashSet<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), Kind::ALL.len());
        assert!(Kind::ALL.iter().all(|kind| Kind::from_slug(kind.slug()) == Some(*kind)));
        assert_eq!(Kind::from_slug("Internal"), None);
        assert!(slugs.iter().all(|slug| slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
    }

    #[test]
    fn an_error_tells_its_cause_and_is_equal_without_it() {
        let cause = "x".parse::<u8>().unwrap_err();
        let plain = Error::damaged("It is broken.");
        let caused = plain.clone().with_source(cause.clone());
        assert_eq!(caused, plain);
        assert_eq!(caused.source().map(ToString::to_string), Some(cause.to_string()));
        assert!(plain.source().is_none());
        assert!(size_of::<Error>() < 128);
    }
}
