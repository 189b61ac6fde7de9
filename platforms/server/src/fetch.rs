//! Sources over HTTP and HTTPS. Names are resolved here, every address is checked, and the connection is made to an
//! address that was checked: a name that resolves differently a moment later gains nothing.

use std::error::Error as StdError;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, io, vec};

use bytes::Bytes;
use edgepix_service::{AddressPolicy, BodyBuffer, Failure, FetchError, OriginRequest};
use http::{Response, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower_service::Service;

/// Connections that are kept for the next request, for each host, and for how long.
const IDLE_CONNECTIONS: usize = 32;
const IDLE_TIME: Duration = Duration::from_secs(30);

type HttpClient = Client<HttpsConnector<HttpConnector<Resolver>>, Empty<Bytes>>;

/// The client for origins. It follows no redirect, decodes no coding, knows no proxy and no cookies.
#[derive(Clone, Debug)]
pub(crate) struct Fetcher {
    // Apart, so that a connection to an address that the origin may have is never used again for another source.
    origin: HttpClient,
    others: HttpClient,
}

impl Fetcher {
    /// `others`: which addresses the hosts of absolute sources may have.
    pub(crate) fn new(others: AddressPolicy) -> Self {
        Self { origin: client(AddressPolicy::ANY), others: client(others) }
    }

    /// Sends a request and gives the head of the answer.
    pub(crate) async fn send(&self, request: OriginRequest) -> Result<Response<Incoming>, Failure> {
        let OriginRequest { request, addresses, timeout } = request;
        // The connector does not ask the resolver about addresses.
        if literal(request.uri()).is_some_and(|address| !addresses.allows(address)) {
            return Err(FetchError::Refused.into());
        }
        let client = if addresses == AddressPolicy::ANY { &self.origin } else { &self.others };
        match tokio::time::timeout(timeout, client.request(request.map(|()| Empty::new()))).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(Failure::new(meaning(&error), Chain(&error))),
            Err(_) => Err(FetchError::Timeout.into()),
        }
    }
}

/// Reads a body to its end.
pub(crate) async fn read(mut body: Incoming, mut buffer: BodyBuffer) -> Result<Bytes, Failure> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Failure::new(FetchError::Interrupted, Chain(&error)))?;
        // Trailers are of no interest.
        let Ok(data) = frame.into_data() else { continue };
        buffer.push(&data)?;
    }
    Ok(buffer.finish()?)
}

fn client(policy: AddressPolicy) -> HttpClient {
    let mut tcp = HttpConnector::new_with_resolver(Resolver { policy });
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let connector =
        HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(tcp);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIME)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .build(connector)
}

/// The address, where a URL names one instead of a host.
fn literal(uri: &Uri) -> Option<IpAddr> {
    uri.host()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Asks the system for a name's addresses, and leaves out those that may not be reached.
#[derive(Clone, Copy, Debug)]
struct Resolver {
    policy: AddressPolicy,
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let policy = self.policy;
        // The port is the connector's to set.
        Box::pin(async move { allowed(tokio::net::lookup_host((name.as_str(), 0)).await?, policy) })
    }
}

fn allowed(
    addresses: impl Iterator<Item = SocketAddr>,
    policy: AddressPolicy,
) -> io::Result<vec::IntoIter<SocketAddr>> {
    let mut addresses: Vec<_> = addresses.collect();
    let found = addresses.len();
    addresses.retain(|address| policy.allows(address.ip()));
    if addresses.is_empty() && found > 0 {
        return Err(io::Error::other(PrivateAddress));
    }
    Ok(addresses.into_iter())
}

/// A name has private addresses alone.
#[derive(Clone, Copy, Debug)]
struct PrivateAddress;

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name has no public address")
    }
}

impl StdError for PrivateAddress {}

fn meaning(error: &hyper_util::client::legacy::Error) -> FetchError {
    let is_private = |cause: &(dyn StdError + 'static)| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        inner.is_some_and(|inner| inner.is::<PrivateAddress>())
    };
    if causes(error).any(is_private) {
        return FetchError::Refused;
    }
    if error.is_connect() {
        return FetchError::Connect;
    }
    let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    match hyper {
        Some(error) if error.is_incomplete_message() || error.is_closed() => FetchError::Interrupted,
        _ => FetchError::Failed,
    }
}

/// An error, its cause, the cause's cause.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// An error with its causes, for the log.
struct Chain<'a>(&'a (dyn StdError + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        causes(self.0).skip(1).try_for_each(|cause| write!(f, ": {cause}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn private_addresses_are_left_out_and_alone_refused() {
        let mixed = addresses(&["127.0.0.1", "93.184.216.34", "::1", "::ffff:10.0.0.1"]);
        let left: Vec<_> = allowed(mixed.clone().into_iter(), AddressPolicy::PUBLIC).unwrap().collect();
        assert_eq!(left, addresses(&["93.184.216.34"]));
        assert_eq!(allowed(mixed.clone().into_iter(), AddressPolicy::ANY).unwrap().count(), mixed.len());
        let error =
            allowed(addresses(&["10.0.0.1", "fd00::1"]).into_iter(), AddressPolicy::PUBLIC).unwrap_err();
        assert!(error.get_ref().unwrap().is::<PrivateAddress>());
        assert_eq!(allowed(std::iter::empty(), AddressPolicy::PUBLIC).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn names_and_literals_of_this_machine_are_refused_before_anything_is_sent() {
        for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
            let request = http::Request::get(format!("http://{host}:9/a.jpg")).body(()).unwrap();
            let request =
                OriginRequest { request, addresses: AddressPolicy::PUBLIC, timeout: Duration::from_secs(5) };
            assert_eq!(
                Fetcher::new(AddressPolicy::PUBLIC).send(request).await.unwrap_err().error,
                FetchError::Refused,
                "{host}"
            );
        }
    }
}
