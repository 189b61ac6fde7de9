//! The addresses that the server listens on.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use edgepix_service::ConfigError;
use tokio::net::TcpListener;

/// Reads the address: `address` where it is named, else all addresses with `port`, else loopback.
pub(crate) fn address(address: Option<String>, port: Option<String>) -> Result<SocketAddr, ConfigError> {
    let wrong = |name, message: &str| Err(ConfigError { name, message: message.to_owned() });
    match (address, port) {
        (Some(address), _) => address.parse().or_else(|_| {
            wrong(
                "EDGEPIX_LISTEN",
                "must be an address with a port: 127.0.0.1:3000 for this machine alone, 0.0.0.0:3000 or [::]:3000 for \
                 all of its addresses.",
            )
        }),
        (None, Some(port)) => match port.parse() {
            Ok(port) => Ok((all_addresses(), port).into()),
            Err(_) => wrong("PORT", "must be a port, 0 … 65535. Example: PORT=3000"),
        },
        (None, None) => Ok((Ipv4Addr::LOCALHOST, 3000).into()),
    }
}

/// Reads the address for those who run the server, which is another than the one for all.
pub(crate) fn operations(
    address: Option<String>,
    listen: SocketAddr,
) -> Result<Option<SocketAddr>, ConfigError> {
    let wrong = |message: &str| Err(ConfigError { name: "EDGEPIX_METRICS", message: message.to_owned() });
    let Some(address) = address else { return Ok(None) };
    match address.parse() {
        Ok(address) if address == listen && listen.port() != 0 => {
            wrong("must be another address than EDGEPIX_LISTEN: metrics are not for everybody.")
        }
        Ok(address) => Ok(Some(address)),
        Err(_) => wrong("must be an address with a port: 127.0.0.1:9090 for this machine alone."),
    }
}

/// Listens on the address for all.
///
/// # Errors
///
/// A sentence that says why it cannot be, and what to do.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    bind(address, "EDGEPIX_LISTEN", "EDGEPIX_LISTEN, --listen, PORT").await
}

/// Listens on the address for those who run the server.
///
/// # Errors
///
/// As for [`listen`].
pub async fn listen_for_operations(address: SocketAddr) -> Result<TcpListener, String> {
    bind(address, "EDGEPIX_METRICS", "EDGEPIX_METRICS, --metrics").await
}

/// Listens on an address that the variable `name` gives; `settings` are all of its names.
async fn bind(address: SocketAddr, name: &str, settings: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| {
        let said = |advice: &str| format!("{address} ({settings}) cannot be listened on: {advice}");
        let with_port = |port| SocketAddr::new(address.ip(), port);
        match error.kind() {
            ErrorKind::AddrInUse => {
                let other = with_port(address.port().checked_add(1).unwrap_or(3000));
                said(&format!(
                    "another program listens there. Stop it, or take another port. Example: {name}={other}"
                ))
            }
            ErrorKind::PermissionDenied => said(&format!(
                "the system does not allow it; ports below 1024 need a privilege (CAP_NET_BIND_SERVICE). \
                 Example: {name}={}",
                with_port(8080)
            )),
            ErrorKind::AddrNotAvailable => said(&format!(
                "this machine does not have the address. Example: {name}=0.0.0.0:{} listens on all that it has",
                address.port()
            )),
            _ => said(&format!("{error}.")),
        }
    })
}

/// An address of this machine at which a server that listens on `address` is reached.
pub(crate) fn from_here(address: SocketAddr) -> SocketAddr {
    // Nobody can be asked at "all addresses". IPv6's takes IPv4, too.
    let ip = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    SocketAddr::new(ip, address.port())
}

/// IPv6's unspecified address takes IPv4 connections too, where the machine has IPv6 at all.
fn all_addresses() -> IpAddr {
    match std::net::UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)) {
        Ok(_) => Ipv6Addr::UNSPECIFIED.into(),
        Err(_) => Ipv4Addr::UNSPECIFIED.into(),
    }
}
