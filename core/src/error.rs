//! What can go wrong, grouped by whose fault it is.
//!
//! [`Kind`] is the one list: the service's `urn:edgepix:error:…`, the WIT cases, the JavaScript codes and the golden
//! suite's expectations are its [slugs](Kind::slug). The core raises the caller's, the source's and the limits'
//! kinds; the others are raised by the hosts around it.

use std::borrow::Cow;
use std::fmt;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The request is wrong by itself, whatever the source.
    Caller,
    /// The source is not an image that we read, or is damaged.
    Source,
    /// The job is larger than a limit.
    Limit,
    /// The place that the source comes from failed or refused.
    Origin,
    /// This service: its configuration, its load, or a defect.
    Service,
}

/// The kinds of errors, the same on every host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A parameter is unknown, repeated, empty or out of range.
    InvalidParameter,
    /// A parameter or value that is part of the vocabulary but not built yet.
    Unsupported,
    /// No route answers this path.
    NotFound,
    /// The method is neither `GET` nor `HEAD`.
    MethodNotAllowed,
    /// The source is not an image, or not of a kind that we read.
    UnsupportedSource,
    /// The source is an image but its data is broken.
    DamagedSource,
    /// The source, the output or the plan is larger than a limit.
    TooLarge,
    /// The configuration does not allow this source.
    SourceRefused,
    /// The origin does not have, or does not give, the source.
    SourceNotFound,
    /// The origin failed, or sent something that is no proper answer.
    OriginFailed,
    /// The origin took too long.
    OriginTimeout,
    /// The request has already passed through this service.
    Loop,
    /// Too much is going on already; the same request will be taken later.
    Busy,
    /// The job took longer than it may.
    Timeout,
    /// The service is configured wrongly.
    Configuration,
    /// A defect of ours.
    Internal,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 16] = [
        Kind::InvalidParameter,
        Kind::Unsupported,
        Kind::NotFound,
        Kind::MethodNotAllowed,
        Kind::UnsupportedSource,
        Kind::DamagedSource,
        Kind::TooLarge,
        Kind::SourceRefused,
        Kind::SourceNotFound,
        Kind::OriginFailed,
        Kind::OriginTimeout,
        Kind::Loop,
        Kind::Busy,
        Kind::Timeout,
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
            Kind::SourceNotFound => "source-not-found",
            Kind::OriginFailed => "origin-failed",
            Kind::OriginTimeout => "origin-timeout",
            Kind::Loop => "loop",
            Kind::Busy => "busy",
            Kind::Timeout => "timeout",
            Kind::Configuration => "configuration",
            Kind::Internal => "internal",
        }
    }

    /// Whose fault errors of this kind are.
    pub const fn blame(self) -> Blame {
        match self {
            Kind::InvalidParameter | Kind::Unsupported | Kind::NotFound | Kind::MethodNotAllowed => {
                Blame::Caller
            }
            Kind::UnsupportedSource | Kind::DamagedSource => Blame::Source,
            Kind::TooLarge => Blame::Limit,
            Kind::SourceRefused
            | Kind::SourceNotFound
            | Kind::OriginFailed
            | Kind::OriginTimeout
            | Kind::Loop => Blame::Origin,
            Kind::Busy | Kind::Timeout | Kind::Configuration | Kind::Internal => Blame::Service,
        }
    }
}

/// The largest number that is exact wherever errors are told.
const EXACT: u64 = (1 << 53) - 1;

/// One error: its kind, a sentence for a person, and the parameter or limit concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What went wrong.
    pub kind: Kind,
    /// A sentence for a person, that says what to do where something can be done.
    pub message: Cow<'static, str>,
    /// The parameter (its URL name) or the limit (`source-bytes`, `source-pixels`, `output-side`, `frames`,
    /// `memory`) concerned.
    pub parameter: Option<Cow<'static, str>>,
    /// The values that the parameter may have.
    pub allowed: Option<Cow<'static, str>>,
    /// The limit that was passed, in the limit's own unit.
    pub limit: Option<u64>,
    /// What the job would need, in the limit's unit. No number here is beyond 2⁵³ − 1, the largest that JSON and
    /// JavaScript carry exactly (RFC 8259 §6).
    pub actual: Option<u64>,
}

impl Error {
    /// An error of `kind` with nothing but a sentence.
    pub fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), parameter: None, allowed: None, limit: None, actual: None }
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.slug(), self.message)
    }
}

impl std::error::Error for Error {}
