//! Sources over HTTP and HTTPS, by way of Fastly's backends. Fastly resolves names, connects, and follows no redirect.

use std::io::{self, ErrorKind, Read};
use std::time::{Duration, Instant};

use bytes::Bytes;
use edgepix_service::{BodyBuffer, Failure, FetchError, Origin, OriginRequest};
use fastly::backend::{Backend, BackendCreationError};
use fastly::http::request::SendErrorCause;
use fastly::{Body, Request};
use http::{Response, Uri};

/// The backend that answers for the configured origin where the service's owner has defined it.
const ORIGIN: &str = "origin";

/// Sends a request and gives the head of the answer.
pub(crate) fn send(request: OriginRequest, origin: &Origin) -> Result<Response<Body>, Failure> {
    let OriginRequest { request, timeout, .. } = request;
    let target =
        Target::of(request.uri()).ok_or_else(|| Failure::new(FetchError::Failed, "a URL without a host"))?;
    let backend = match target.static_backend(origin) {
        Some(backend) => backend,
        None => target.dynamic_backend(timeout)?,
    };
    // The service keeps its own cache: Fastly's cache of origin answers is bypassed.
    let request = Request::from(request.map(|()| Body::new())).with_pass(true);
    match request.send(backend) {
        Ok(response) => Ok(response.into()),
        Err(error) => Err(Failure::new(meaning(error.root_cause()), error)),
    }
}

/// Reads a body to its end, within `timeout`.
pub(crate) fn read(body: Body, mut buffer: BodyBuffer, timeout: Duration) -> Result<Bytes, Failure> {
    buffer.read_from(Timed { body, end: Instant::now() + timeout }).map_err(|error| {
        let meaning = match error.kind() {
            ErrorKind::TimedOut => FetchError::Timeout,
            ErrorKind::UnexpectedEof => FetchError::Interrupted,
            // A body that stalled is among these; the service's clock shows it.
            _ => FetchError::Failed,
        };
        Failure::new(meaning, error)
    })?;
    Ok(buffer.finish()?)
}

/// A body that is read until its time is over: Fastly only bounds the time between two pieces.
struct Timed {
    body: Body,
    end: Instant,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.end {
            return Err(ErrorKind::TimedOut.into());
        }
        self.body.read(buffer)
    }
}

/// Where a URL leads to.
struct Target<'a> {
    https: bool,
    host: &'a str,
    port: u16,
    /// Host and port as the URL has them, for the header `Host`.
    authority: &'a str,
}

impl<'a> Target<'a> {
    fn of(uri: &'a Uri) -> Option<Self> {
        let https = uri.scheme_str()? == "https";
        let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });
        Some(Self { https, host: uri.host()?, port, authority: uri.authority()?.as_str() })
    }

    /// The backend that the service's owner has defined for the origin, if this is the origin and there is one.
    fn static_backend(&self, origin: &Origin) -> Option<Backend> {
        let Origin::Url(url) = origin else { return None };
        let same = (url.scheme() == "https") == self.https
            && url.host_str() == Some(self.host)
            && url.port_or_known_default() == Some(self.port);
        same.then(|| Backend::from_name(ORIGIN).ok()).flatten().filter(Backend::exists)
    }

    /// A backend for this target alone.
    ///
    /// Fastly keeps connections for the next instance where name and settings are the same: time-outs are whole seconds,
    /// and part of the name. Fastly may take a body that stalls for as long for a complete one, so it has no less time
    /// than the service gives it.
    fn dynamic_backend(&self, timeout: Duration) -> Result<Backend, Failure> {
        let Self { https, host, port, authority } = *self;
        let seconds = timeout.as_secs() + u64::from(timeout.subsec_nanos() > 0);
        let timeout = Duration::from_secs(seconds);
        let name = format!("{}://{host}:{port} {seconds}s", if https { "https" } else { "http" });
        let mut builder = Backend::builder(&name, format!("{host}:{port}"))
            .override_host(authority)
            .connect_timeout(timeout)
            .first_byte_timeout(timeout)
            .between_bytes_timeout(timeout);
        if https {
            builder = builder.enable_ssl().sni_hostname(host).check_certificate(host);
        }
        match builder.finish() {
            Ok(backend) => Ok(backend),
            // By an earlier redirect of the same request.
            Err(BackendCreationError::NameInUse) => {
                Backend::from_name(&name).map_err(|error| Failure::new(FetchError::Failed, error))
            }
            Err(error) => Err(Failure::new(FetchError::Failed, error)),
        }
    }
}

fn meaning(cause: &SendErrorCause) -> FetchError {
    use SendErrorCause as Cause;
    match cause {
        Cause::DnsTimeout | Cause::ConnectionTimeout | Cause::HttpResponseTimeout => FetchError::Timeout,
        // Not an address of the public internet.
        Cause::DestinationIpUnroutable => FetchError::Refused,
        Cause::DnsError { .. }
        | Cause::DestinationNotFound
        | Cause::DestinationUnavailable
        | Cause::ConnectionRefused
        | Cause::ConnectionLimitReached
        | Cause::TlsProtocolError
        | Cause::TlsCertificateError
        | Cause::TlsAlertReceived { .. }
        | Cause::TlsConfigurationError => FetchError::Connect,
        Cause::ConnectionTerminated | Cause::HttpIncompleteResponse => FetchError::Interrupted,
        _ => FetchError::Failed,
    }
}
