//! Fetching over HTTP: a request is sent, the head of the answer comes back, its body is read.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::source::{AddressPolicy, BodyBuffer};

/// Asks origins.
pub trait Fetch {
    /// The body of an origin's answer before it is read.
    type Body;

    /// Sends a `GET` and gives the head of the answer, whatever its status.
    ///
    /// Never follows redirects (Workers' `fetch` does unless told `manual`): each hop must be checked here first.
    /// Never adds headers of the caller's request. A platform with a cache of its own between it and the origin
    /// bypasses it (Fastly: `set_pass`). Where the platform resolves names itself, it refuses addresses that
    /// [`OriginRequest::addresses`] does not [allow](AddressPolicy::allows), and connects to the very address that it
    /// checked.
    async fn send(&self, request: OriginRequest) -> Result<http::Response<Self::Body>, Failure>;

    /// Reads a body to its end.
    ///
    /// The buffer keeps the cap and takes the memory: what it refuses ends the reading. Besides,
    /// [`FetchError::Interrupted`] where the host notices a premature end (the buffer compares lengths too,
    /// as some hosts do not); [`FetchError::Timeout`] where it is not complete after `timeout` (Workers and
    /// `wasi:http` hosts have no limit of their own between two pieces of a body).
    async fn read(&self, body: Self::Body, buffer: BodyBuffer, timeout: Duration) -> Result<Bytes, Failure>;
}

/// A request to an origin.
#[derive(Debug)]
pub struct OriginRequest {
    /// Method, absolute URI and all headers. To be sent as it is.
    pub request: http::Request<()>,
    /// Which addresses the host's name may resolve to.
    pub addresses: AddressPolicy,
    /// How long the head may take, connecting included.
    pub timeout: Duration,
}

/// A fetch that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why, as far as a client may know.
    pub error: FetchError,
    /// The host's own words, for the log alone: they may hold names, addresses and backtraces. May be empty.
    pub detail: String,
}

impl Failure {
    /// A failure that the host explains.
    pub fn new(error: FetchError, detail: impl ToString) -> Self {
        Self { error, detail: detail.to_string() }
    }
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self { error, detail: String::new() }
    }
}

/// Why a fetch failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// It took longer than allowed.
    Timeout,
    /// The platform, or its own rules for outgoing requests, refused the address.
    Refused,
    /// No connection: the name does not resolve, nobody listens, or TLS failed.
    Connect,
    /// The answer ended early.
    Interrupted,
    /// The body is longer than the cap.
    TooLarge,
    /// There is no memory for the body, though the budget had some left.
    Memory,
    /// Anything else.
    Failed,
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FetchError::Timeout => "timed out",
            FetchError::Refused => "refused by the host",
            FetchError::Connect => "no connection",
            FetchError::Interrupted => "the answer ended early",
            FetchError::TooLarge => "the body is too long",
            FetchError::Memory => "no memory for the body",
            FetchError::Failed => "failed",
        })
    }
}

/// What an error code of `wasi:http/types` means to the service. A macro, because each version of the interface
/// generates the same enumeration as a type of its own.
#[macro_export]
macro_rules! wasi_fetch_error {
    ($code:expr, $ErrorCode:ident) => {
        match $code {
            $ErrorCode::DnsTimeout
            | $ErrorCode::ConnectionTimeout
            | $ErrorCode::ConnectionReadTimeout
            | $ErrorCode::ConnectionWriteTimeout
            | $ErrorCode::HttpResponseTimeout => $crate::FetchError::Timeout,
            // The host's own rules for outgoing requests.
            $ErrorCode::DestinationIpProhibited | $ErrorCode::HttpRequestDenied => {
                $crate::FetchError::Refused
            }
            $ErrorCode::DnsError(_)
            | $ErrorCode::DestinationNotFound
            | $ErrorCode::DestinationUnavailable
            | $ErrorCode::DestinationIpUnroutable
            | $ErrorCode::ConnectionRefused
            | $ErrorCode::ConnectionLimitReached
            | $ErrorCode::TlsProtocolError
            | $ErrorCode::TlsCertificateError
            | $ErrorCode::TlsAlertReceived(_) => $crate::FetchError::Connect,
            $ErrorCode::ConnectionTerminated | $ErrorCode::HttpResponseIncomplete => {
                $crate::FetchError::Interrupted
            }
            $ErrorCode::HttpResponseBodySize(_) => $crate::FetchError::TooLarge,
            _ => $crate::FetchError::Failed,
        }
    };
}
