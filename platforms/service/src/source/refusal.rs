//! Why a source is refused, and which setting would allow it.

use std::fmt;

use edgepix_core::{Error, Kind};
use url::Url;

use super::address::AddressKind;
use super::location::for_log;

/// The longest name of a source in a log: whoever asks can make it as long as a request's head.
const LONGEST: usize = 200;

/// A source that is refused. It is the [source](std::error::Error::source) of the error that clients see; what it says
/// itself is for whoever runs the service.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    reason: Reason,
    /// As logs name it: without a query and a password, which are secrets.
    source: String,
    /// The pattern that would allow it, where it is a URL.
    pattern: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Reason {
    /// Neither `http` nor `https`.
    Scheme,
    /// There is a user name or a password in the URL.
    Credentials,
    NoHost,
    /// The platform itself answers for the host.
    Internal,
    /// No pattern matches; and what the host is, where it may not be that.
    NoPattern(Option<AddressKind>),
    /// A pattern matches, but the host is not public.
    NotPublic(AddressKind),
    /// A path, and there is no origin.
    NoOrigin,
    /// The host of this service refused it when it was asked, in its own words.
    ByHost(String),
}

impl Refusal {
    pub(crate) fn of_url(reason: Reason, url: &Url) -> Self {
        let pattern = matches!(url.scheme(), "http" | "https")
            .then(|| format!("{}/", url[..url::Position::BeforePath].to_owned()));
        Self::new(reason, for_log(url), pattern)
    }

    pub(crate) fn of_path(reason: Reason, path: &str) -> Self {
        Self::new(reason, path.to_owned(), None)
    }

    /// A source that the host refused when it was asked. `source` is its name for logs.
    pub(crate) fn by_host(source: &str, words: &str) -> Self {
        Self::new(Reason::ByHost(words.to_owned()), source.to_owned(), None)
    }

    fn new(reason: Reason, mut source: String, pattern: Option<String>) -> Self {
        if source.chars().count() > LONGEST {
            source = source.chars().take(LONGEST).chain(['…']).collect();
        }
        Self { reason, source, pattern }
    }

    /// The refusal that an error tells of.
    pub(crate) fn behind(error: &Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }

    /// The source's name for logs.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// What clients are told.
    fn message(&self) -> &'static str {
        match self.reason {
            Reason::Scheme => "Only http and https sources are read.",
            Reason::Credentials => "A source's URL may not carry a user name or password.",
            Reason::NoHost => "The source's URL has no host.",
            Reason::Internal | Reason::NotPublic(_) => "The source's host is not on the public internet.",
            Reason::NoPattern(_) => "The configuration does not allow this source.",
            Reason::NoOrigin => "No origin is configured: name the source by an absolute URL in `src`.",
            Reason::ByHost(_) => "The source's host is not on the public internet, or not allowed.",
        }
    }

    /// Which setting would allow the source, as a sentence for whoever runs the service.
    pub(crate) fn hint(&self) -> String {
        const NEVER: &str = "No setting allows such a source.";
        let pattern = self.pattern.as_deref().unwrap_or("a pattern");
        match self.reason {
            Reason::NoPattern(None) => format!("{pattern} in EDGEPIX_ALLOWED_SOURCES would allow it."),
            Reason::NoPattern(Some(kind)) => match kind.name() {
                Some(kind) => format!(
                    "{pattern} in EDGEPIX_ALLOWED_SOURCES together with EDGEPIX_ALLOW_PRIVATE={kind} would allow it, as \
                     its host is {kind}."
                ),
                None => NEVER.to_owned(),
            },
            Reason::NotPublic(kind) => match kind.name() {
                Some(kind) => format!("EDGEPIX_ALLOW_PRIVATE={kind} would allow it, as its host is {kind}."),
                None => NEVER.to_owned(),
            },
            Reason::Scheme | Reason::Credentials | Reason::NoHost | Reason::Internal => NEVER.to_owned(),
            Reason::NoOrigin => "EDGEPIX_ORIGIN says where paths are read from.".to_owned(),
            Reason::ByHost(_) => {
                "EDGEPIX_ALLOW_PRIVATE=1 would allow it if its address is private; else the \
                 platform's own rules refuse it."
                    .to_owned()
            }
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let mut error = Error::new(Kind::SourceRefused, refusal.message());
        if !matches!(refusal.reason, Reason::NoOrigin | Reason::ByHost(_)) {
            error.parameter = Some("src".into());
        }
        error.with_source(refusal)
    }
}

/// The line of a log.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, source, .. } = self;
        write!(f, "{source} is refused: {} {}", self.message(), self.hint())?;
        match reason {
            Reason::ByHost(words) if !words.is_empty() => write!(f, " ({words})"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(reason: Reason, url: &str) -> String {
        Refusal::of_url(reason, &Url::parse(url).unwrap()).to_string()
    }

    #[test]
    fn a_refusal_names_the_variable_and_the_value_that_would_allow_it() {
        let (open, private) = (Reason::NoPattern(None), Reason::NoPattern(Some(AddressKind::Private)));
        assert_eq!(
            line(open, "https://images.example.com:8443/a/b.jpg?token=secret"),
            "https://images.example.com:8443/a/b.jpg is refused: The configuration does not allow this source. \
             https://images.example.com:8443/ in EDGEPIX_ALLOWED_SOURCES would allow it."
        );
        let said = line(private, "http://192.168.0.9/a.jpg");
        for part in ["http://192.168.0.9/ in EDGEPIX_ALLOWED_SOURCES", "EDGEPIX_ALLOW_PRIVATE=private"] {
            assert!(said.contains(part), "{said}");
        }
        let loopback = line(Reason::NotPublic(AddressKind::Loopback), "http://a.localhost/");
        assert!(loopback.contains("EDGEPIX_ALLOW_PRIVATE=loopback"), "{loopback}");
        assert!(line(Reason::NotPublic(AddressKind::Special), "http://224.0.0.1/").contains("No setting"));
        assert!(Refusal::of_path(Reason::NoOrigin, "/a.jpg").to_string().contains("EDGEPIX_ORIGIN"));
        let by_host = Refusal::by_host("https://a.example/", "no public address").to_string();
        assert!(by_host.contains("EDGEPIX_ALLOW_PRIVATE=1") && by_host.ends_with("(no public address)"));
        assert!(line(Reason::Internal, "http://self.alt/").contains("No setting"));
    }

    #[test]
    fn secrets_and_long_names_stay_out_of_the_log() {
        let said = line(Reason::Credentials, "https://me:password@a.example/a.jpg?key=secret");
        assert!(said.starts_with("https://a.example/a.jpg is refused"), "{said}");
        let long = line(Reason::Scheme, &format!("https://a.example/{}", "a".repeat(60_000)));
        assert!(long.len() < 400, "{}", long.len());
    }

    #[test]
    fn the_error_is_the_clients_and_leads_to_the_refusal() {
        let refusal = Refusal::of_path(Reason::NoOrigin, "/a.jpg");
        let error = Error::from(refusal);
        assert!(!error.message.contains("EDGEPIX"));
        assert_eq!(Refusal::behind(&error).map(Refusal::source), Some("/a.jpg"));
        assert!(Refusal::behind(&Error::new(Kind::SourceRefused, "Else.")).is_none());
    }
}
