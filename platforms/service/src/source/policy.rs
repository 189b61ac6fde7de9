//! Which sources a request may name: the allow-list, and addresses that no request from outside may be led to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

use super::refusal::{Reason, Refusal};
use crate::seams::AddressPolicy;

/// The rules for absolute sources and for every hop of a redirect.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourcePolicy {
    /// The configured origin: allowed without a pattern, and exempt from the refusal of private addresses.
    pub(crate) origin: Option<Url>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) allow_private: bool,
    /// Domains that the platform routes to the application itself or its neighbours. Neither they nor what is below
    /// them is ever a source.
    pub(crate) internal_hosts: &'static [&'static str],
}

impl SourcePolicy {
    /// Whether `url` may be asked, and which addresses its host may resolve to.
    pub(crate) fn check(&self, url: &Url) -> Result<AddressPolicy, Refusal> {
        let refused = |reason| Err(Refusal::of_url(reason, url));
        if !matches!(url.scheme(), "http" | "https") {
            return refused(Reason::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused(Reason::Credentials);
        }
        let Some(host) = url.host() else {
            return refused(Reason::NoHost);
        };
        if self.is_internal(&host) {
            return refused(Reason::Internal);
        }
        if self.origin.as_ref().is_some_and(|origin| is_below(url, origin)) {
            return Ok(AddressPolicy::Any);
        }
        let private = !self.allow_private && is_private_host(&host);
        if !self.patterns.iter().any(|pattern| pattern.matches(url)) {
            return refused(Reason::NoPattern { private });
        }
        if private {
            return refused(Reason::Private);
        }
        Ok(if self.allow_private { AddressPolicy::Any } else { AddressPolicy::Public })
    }

    /// Whether the platform itself answers for this host.
    pub(crate) fn is_internal(&self, host: &Host<&str>) -> bool {
        let Host::Domain(name) = host else { return false };
        self.internal_hosts.iter().any(|domain| is_within(name, domain))
    }
}

/// One entry of the allow-list: scheme, host, port and the beginning of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    scheme: Scheme,
    /// The exact host, or the domain below which all hosts are meant.
    host: String,
    subdomains: bool,
    port: u16,
    /// Starts with a slash.
    path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

impl FromStr for Pattern {
    type Err = &'static str;

    /// Reads `https://images.example.com/photos/` or `https://*.example.com`. The star stands for one label or more,
    /// never for none. Without a port the scheme's own is meant.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "patterns like https://images.example.com/photos/ or https://*.example.com";
        let (scheme, rest) = match text.split_once("://").ok_or(FORM)? {
            ("http", rest) => (Scheme::Http, rest),
            ("https", rest) => (Scheme::Https, rest),
            _ => return Err(FORM),
        };
        let (subdomains, rest) = match rest.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if rest.contains(['*', '@', '?', '#', '\\']) || !rest.starts_with(|c: char| c != '/') {
            return Err(FORM);
        }
        // The URL parser gives hosts the one spelling that it also gives those of sources.
        let url = Url::parse(&format!("{}://{rest}", scheme.name())).map_err(|_| FORM)?;
        match url.host() {
            Some(Host::Domain(_)) => {}
            Some(_) if !subdomains => {}
            _ => return Err(FORM),
        }
        Ok(Self {
            scheme,
            host: url.host_str().ok_or(FORM)?.trim_end_matches('.').to_owned(),
            subdomains,
            port: url.port_or_known_default().ok_or(FORM)?,
            path: url.path().to_owned(),
        })
    }
}

impl Pattern {
    fn matches(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host = host.strip_suffix('.').unwrap_or(host);
        let host_matches = if self.subdomains {
            host.strip_suffix(self.host.as_str()).is_some_and(|label| label.len() > 1 && label.ends_with('.'))
        } else {
            host == self.host
        };
        url.scheme() == self.scheme.name()
            && host_matches
            && url.port_or_known_default() == Some(self.port)
            && path_is_below(url.path(), &self.path)
    }
}

/// Whether `url` is the origin's base or below it.
fn is_below(url: &Url, origin: &Url) -> bool {
    url.scheme() == origin.scheme()
        && url.host_str() == origin.host_str()
        && url.port_or_known_default() == origin.port_or_known_default()
        && path_is_below(url.path(), origin.path())
}

/// Whether `path` is `base` or below it, a whole segment at a time. Under a base that is not the root, a path with
/// encoded separators or dots is not: servers that decode before they resolve segments would leave the base by it.
fn path_is_below(path: &str, base: &str) -> bool {
    let base = base.strip_suffix('/').unwrap_or(base);
    let Some(rest) = path.strip_prefix(base) else { return false };
    (rest.is_empty() || rest.starts_with('/')) && (base.is_empty() || !hides_separators(path))
}

/// Whether a percent-encoded path holds an encoded slash, backslash, NUL or dot, or an escape within an escape. An encoded
/// per cent sign that begins no escape (`100%25.jpg`) is harmless.
pub(crate) fn hides_separators(path: &str) -> bool {
    path.match_indices('%').any(|(at, _)| {
        let code = path.get(at + 1..at + 3).unwrap_or_default();
        let is_escape = |code: &str| code.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hidden = ["2f", "5c", "00", "2e"].iter().any(|hidden| code.eq_ignore_ascii_case(hidden));
        hidden || (code == "25" && path.get(at + 3..at + 5).is_some_and(is_escape))
    })
}

fn is_private_host(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => is_private_name(name),
        Host::Ipv4(address) => is_private((*address).into()),
        Host::Ipv6(address) => is_private((*address).into()),
    }
}

/// Names that stand for private addresses by convention: RFC 6761 (`localhost`), RFC 6762 (`local`), RFC 8375
/// (`home.arpa`), RFC 9476 (`alt`), ICANN's `internal`, and names without a dot, which search domains complete.
fn is_private_name(name: &str) -> bool {
    let domains = ["localhost", "local", "localdomain", "internal", "alt", "onion", "home.arpa"];
    !name.strip_suffix('.').unwrap_or(name).contains('.')
        || domains.iter().any(|domain| is_within(name, domain))
}

/// Whether a host's name is this domain or below it.
fn is_within(name: &str, domain: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether an address is not one of the public internet: private, loopback, link-local, shared by carriers,
/// multicast, documentation and reserved ranges (IANA's special-purpose registries), and every form in which IPv6
/// carries such an IPv4 address. Adapters ask this of each address that a name resolves to.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        [0 | 10 | 127, ..] => true,
        [100, 64..=127, ..] => true, // carriers' NAT, RFC 6598
        [169, 254, ..] => true,      // link-local, and clouds' metadata services
        [172, 16..=31, ..] | [192, 168, ..] => true,
        [192, 0, 0 | 2, _] => true, // protocol assignments, documentation
        [192, 88, 99, _] => true,   // relays of 6to4
        [198, 18 | 19, ..] => true, // benchmarks
        [198, 51, 100, _] | [203, 0, 113, _] => true,
        [first, ..] => first >= 224, // multicast, reserved, broadcast
    }
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_private_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // IPv4-mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        // ISATAP's interface identifiers (RFC 5214) under any prefix, and 6to4 (RFC 3056).
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] if embedded(high, low) => true,
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo and other protocol assignments, documentation, segment routing.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => true,
        // Global unicast is 2000::/3; all else is unspecified, loopback, IPv4-compatible, local, multicast or
        // unassigned.
        [first, ..] => !(0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_in_every_form() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::2",
            "::127.0.0.1",
            "::8.8.8.8",
            "2002:808:808::5efe:10.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "::ffff:0:192.168.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2002:c0a8:101::1",
            "3fff::1",
            "5f00::1",
            "4000::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2a00:1450::5efe:10.0.0.1",
            "2a00:1450::200:5efe:7f00:1",
        ] {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn private_names() {
        for name in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "intranet",
        ] {
            assert!(is_private_name(&name.to_ascii_lowercase()), "{name}");
        }
        for (name, within) in [
            ("self.alt", true),
            ("self.alt.", true),
            ("a.self.alt", true),
            ("myself.alt", false),
            ("self.alt.example", false),
        ] {
            assert_eq!(is_within(name, "self.alt"), within, "{name}");
        }
        for name in ["localhost.example.com", "notlocalhost.com", "local.com", "a.example", "example.com."] {
            assert!(!is_private_name(name), "{name}");
        }
    }
}
