//! Which sources a request may name: the allow-list, and addresses that no request from outside may be led to.

use std::str::FromStr;

use url::{Host, Url};

use super::address::{AddressKind, AddressPolicy};
use super::refusal::{Reason, Refusal};

/// The rules for absolute sources and for every hop of a redirect.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourcePolicy {
    /// The configured origin: allowed without a pattern, and exempt from the refusal of private addresses.
    pub(crate) origin: Option<Url>,
    pub(crate) patterns: Vec<Pattern>,
    /// Which addresses the hosts of absolute sources may have.
    pub(crate) addresses: AddressPolicy,
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
            return Ok(AddressPolicy::ANY);
        }
        let kind = kind_of_host(&host);
        let is_allowed = self.addresses.allow(kind);
        if !self.patterns.iter().any(|pattern| pattern.matches(url)) {
            return refused(Reason::NoPattern(Some(kind).filter(|_| !is_allowed)));
        }
        if !is_allowed {
            return refused(Reason::NotPublic(kind));
        }
        Ok(self.addresses)
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
    let leads_out = || hides_separators(path) || path.split('/').any(is_dots);
    (rest.is_empty() || rest.starts_with('/')) && (base.is_empty() || !leads_out())
}

/// Whether a segment is `.` or `..`, also with parameters behind (`..;a=b`), which some servers cut off before they
/// resolve segments.
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment.split(';').next(), Some("." | ".."))
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

/// Where a host is, as far as its name tells.
fn kind_of_host(host: &Host<&str>) -> AddressKind {
    match host {
        Host::Domain(name) => kind_of_name(name),
        Host::Ipv4(address) => AddressKind::of((*address).into()),
        Host::Ipv6(address) => AddressKind::of((*address).into()),
    }
}

/// Names that stand for addresses that are not public by convention: RFC 6761 (`localhost`), RFC 6762 (`local`), RFC 8375
/// (`home.arpa`), RFC 9476 (`alt`), ICANN's `internal`, and names without a dot, which search domains complete. Clouds'
/// metadata services have names, too.
fn kind_of_name(name: &str) -> AddressKind {
    const METADATA: [&str; 3] = ["metadata.google.internal", "metadata", "instance-data"];
    const PRIVATE: [&str; 6] = ["local", "localdomain", "internal", "alt", "onion", "home.arpa"];
    let within = |domains: &[&str]| domains.iter().any(|domain| is_within(name, domain));
    if within(&["localhost"]) {
        AddressKind::Loopback
    } else if within(&METADATA) {
        AddressKind::LinkLocal
    } else if within(&PRIVATE) || !name.strip_suffix('.').unwrap_or(name).contains('.') {
        AddressKind::Private
    } else {
        AddressKind::Public
    }
}

/// Whether a host's name is this domain or below it.
fn is_within(name: &str, domain: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_ne!(kind_of_name(&name.to_ascii_lowercase()), AddressKind::Public, "{name}");
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
            assert_eq!(kind_of_name(name), AddressKind::Public, "{name}");
        }
    }
}
