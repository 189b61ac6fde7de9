//! Which addresses a host may have, so that no request from outside is led to the network behind the service.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Where an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressKind {
    /// In the public internet.
    Public,
    /// On this machine.
    Loopback,
    /// On this machine's link: `169.254.0.0/16`, `fe80::/10`, and the addresses of clouds' metadata services, wherever they
    /// are.
    LinkLocal,
    /// In a private network, or in a carrier's.
    Private,
    /// Multicast, documentation, benchmarks, tunnels, reserved (IANA's special-purpose registries): nothing that a source is
    /// read from.
    Special,
}

/// Which addresses a request may be sent to.
///
/// ```
/// use edgepix_service::AddressPolicy;
///
/// let policy: AddressPolicy = "loopback,private".parse()?;
/// assert!(policy.allows([127, 0, 0, 1].into()) && policy.allows([8, 8, 8, 8].into()));
/// assert!(!policy.allows([169, 254, 169, 254].into()));
/// assert!(!AddressPolicy::PUBLIC.allows([127, 0, 0, 1].into()));
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressPolicy {
    loopback: bool,
    link_local: bool,
    private: bool,
    special: bool,
}

impl AddressPolicy {
    /// Only the public internet.
    pub const PUBLIC: Self = Self { loopback: false, link_local: false, private: false, special: false };
    /// Every address: of the configured origin.
    pub const ANY: Self = Self { loopback: true, link_local: true, private: true, special: true };

    /// Whether a request may be sent to an address. Adapters ask it of each address that a name resolves to.
    pub fn allows(self, address: IpAddr) -> bool {
        self.allow(AddressKind::of(address))
    }

    pub(crate) fn allow(self, kind: AddressKind) -> bool {
        match kind {
            AddressKind::Public => true,
            AddressKind::Loopback => self.loopback,
            AddressKind::LinkLocal => self.link_local,
            AddressKind::Private => self.private,
            AddressKind::Special => self.special,
        }
    }
}

impl FromStr for AddressPolicy {
    type Err = &'static str;

    /// Reads a list of `loopback`, `link-local` and `private`; `1` is all three, `0` none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = Self { special: false, ..Self::ANY };
        match text {
            "0" => return Ok(Self::PUBLIC),
            "1" => return Ok(all),
            _ => {}
        }
        let mut policy = Self::PUBLIC;
        for kind in text.split(',').map(str::trim) {
            match kind {
                "loopback" => policy.loopback = true,
                "link-local" => policy.link_local = true,
                "private" => policy.private = true,
                _ => return Err("a list of loopback, link-local and private, or 1 for all three, or 0"),
            }
        }
        Ok(policy)
    }
}

impl AddressKind {
    /// The word that allows it; `None` where none does or none is needed.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            AddressKind::Loopback => Some("loopback"),
            AddressKind::LinkLocal => Some("link-local"),
            AddressKind::Private => Some("private"),
            AddressKind::Public | AddressKind::Special => None,
        }
    }

    pub(crate) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            // Alibaba's and Azure's metadata services, which are neither link-local nor, the second, private.
            [100, 100, 100, 200] | [168, 63, 129, 16] => Self::LinkLocal,
            // Systems take 0.0.0.0 for themselves.
            [0 | 127, ..] => Self::Loopback,
            [169, 254, ..] => Self::LinkLocal,
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Self::Private,
            [100, 64..=127, ..] => Self::Private, // carriers' NAT, RFC 6598
            // Oracle's metadata service beside protocol assignments, documentation.
            [192, 0, 0, 192] => Self::LinkLocal,
            [192, 0, 0 | 2, _] => Self::Special,
            [192, 88, 99, _] => Self::Special,   // relays of 6to4
            [198, 18 | 19, ..] => Self::Special, // benchmarks
            [198, 51, 100, _] | [203, 0, 113, _] => Self::Special,
            [224..=255, ..] => Self::Special, // multicast, reserved, broadcast
            _ => Self::Public,
        }
    }

    /// IPv6, in every form in which it carries an IPv4 address, too.
    fn of_v6(address: Ipv6Addr) -> Self {
        let embedded = |high: u16, low: u16| {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            Self::of_v4(Ipv4Addr::new(a, b, c, d))
        };
        match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Self::Loopback,
            // IPv4-mapped (RFC 4291 §2.5.5.2), NAT64 (RFC 6052).
            [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
            // ISATAP's interface identifiers (RFC 5214) under any prefix, and 6to4 (RFC 3056).
            [_, _, _, _, 0 | 0x200, 0x5efe, high, low] if embedded(high, low) != Self::Public => {
                embedded(high, low)
            }
            [0x2002, high, low, ..] => embedded(high, low),
            // Amazon's metadata service and its time and DNS services; Google's metadata service.
            [0xfd00, 0xec2, ..] | [0xfd20, 0xce, ..] => Self::LinkLocal,
            [0xfc00..=0xfdff, ..] => Self::Private,
            [0xfe80..=0xfebf, ..] => Self::LinkLocal,
            // Teredo and other protocol assignments, documentation.
            [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Self::Special,
            // Global unicast is 2000::/3; all else is IPv4-compatible, site-local, multicast or unassigned.
            [0x2000..=0x3fff, ..] => Self::Public,
            _ => Self::Special,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(address: &str) -> AddressKind {
        AddressKind::of(address.parse().expect(address))
    }

    #[test]
    fn addresses_that_are_not_public_in_every_form() {
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
            assert_ne!(kind(address), AddressKind::Public, "{address}");
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
            assert_eq!(kind(address), AddressKind::Public, "{address}");
        }
    }

    #[test]
    fn metadata_services_are_link_local_wherever_they_are() {
        for address in [
            "169.254.169.254",
            "169.254.170.2",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
            "::ffff:168.63.129.16",
            "64:ff9b::a83f:8110",
            "2002:a83f:8110::",
            "fe80::a9fe:a9fe",
        ] {
            assert_eq!(kind(address), AddressKind::LinkLocal, "{address}");
        }
    }

    #[test]
    fn a_list_allows_what_it_names() {
        let allowed = |list: &str| -> Vec<bool> {
            let policy: AddressPolicy = list.parse().expect(list);
            let addresses =
                ["8.8.8.8", "127.0.0.1", "::1", "169.254.1.1", "10.0.0.1", "fd12::1", "224.0.0.1"];
            addresses.map(|address| policy.allows(address.parse().unwrap())).into()
        };
        assert_eq!(allowed("0"), [true, false, false, false, false, false, false]);
        assert_eq!(allowed("1"), [true, true, true, true, true, true, false]);
        assert_eq!(allowed("loopback"), [true, true, true, false, false, false, false]);
        assert_eq!(allowed("private, link-local"), [true, false, false, true, true, true, false]);
        for wrong in ["", "true", "loopback,", "all", "public", "1,loopback"] {
            assert!(wrong.parse::<AddressPolicy>().is_err(), "{wrong}");
        }
    }
}
