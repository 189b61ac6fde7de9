//! Gets a source: redirects followed hop by hop, statuses mapped, bodies capped and compared with their length.

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use url::Url;

use super::address::AddressPolicy;
use super::body::BodyBuffer;
use super::location::{SourceLocation, for_log};
use super::provenance::Provenance;
use super::refusal::Refusal;
use crate::answer::etag;
use crate::answer::freshness::Freshness;
use crate::answer::problem::unstorable;
use crate::answer::terms::Terms;
use crate::config::Config;
use crate::seams::{Event, Failure, FetchError, OriginRequest, Platform, report, unix};
use crate::service::budget::{Reservation, busy};
use crate::service::deadline::{Deadline, origin_too_slow};

/// How this service is called in `Via` and `CDN-Loop`.
pub(crate) const PSEUDONYM: &str = "edgepix";

/// Redirects that are followed.
const HOPS: usize = 5;

/// Fetches the source of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceReader<'a, P> {
    pub(crate) platform: &'a P,
    pub(crate) config: &'a Config,
    pub(crate) deadline: &'a Deadline,
}

/// An origin's answer whose body is not read yet.
#[derive(Debug)]
pub(crate) struct OriginResponse<Body> {
    /// Where it came from, behind all redirects, as logs name it.
    from: String,
    body: Body,
    length: Option<u64>,
    /// The strong entity tag, with its quotes.
    pub(crate) etag: Option<String>,
    /// The later of the origin's date and our release's, in seconds since 1970. Without a date of the origin there
    /// is none: with ours alone, a source that has changed would seem not to have.
    pub(crate) last_modified: Option<u64>,
    pub(crate) freshness: Freshness,
    /// What an answer made of this is revalidated with.
    pub(crate) provenance: Option<Provenance>,
}

/// What an origin answers to the question for a source that may be known already.
#[derive(Debug)]
pub(crate) enum Opened<Body> {
    /// The source is the known one; what is now said about keeping it.
    Unchanged(Terms),
    /// A source whose body is not read yet.
    Source(Box<OriginResponse<Body>>),
}

impl<P: Platform> SourceReader<'_, P> {
    /// Asks for a source and gives the head of the answer, a 200.
    pub(crate) async fn open(&self, location: &SourceLocation) -> Result<OriginResponse<P::Body>, Error> {
        match self.ask(location, None).await? {
            Opened::Source(source) => Ok(*source),
            Opened::Unchanged(_) => Err(unexpected(StatusCode::NOT_MODIFIED)),
        }
    }

    /// Asks for a source, unless it is the `known` one.
    pub(crate) async fn revalidate(
        &self,
        location: &SourceLocation,
        known: &Provenance,
    ) -> Result<Opened<P::Body>, Error> {
        self.ask(location, Some(known)).await
    }

    async fn ask(
        &self,
        location: &SourceLocation,
        known: Option<&Provenance>,
    ) -> Result<Opened<P::Body>, Error> {
        match location {
            SourceLocation::Web(url, addresses) => self.follow(url.clone(), *addresses, known).await,
            SourceLocation::Local(path) => {
                let opened = self.platform.open(path).await;
                let response = opened.map_err(|failure| self.failed(path, &failure))?;
                self.accept(response, path, path, known, true)
            }
        }
    }

    /// Sends the request and follows redirects, each checked like the first.
    async fn follow(
        &self,
        mut url: Url,
        mut addresses: AddressPolicy,
        mut known: Option<&Provenance>,
    ) -> Result<Opened<P::Body>, Error> {
        for _ in 0..=HOPS {
            let timeout = self.deadline.fetch_left(self.platform)?;
            let mut request = request(&url)?;
            let conditions = known.map(|known| known.conditions(url.as_str())).unwrap_or_default();
            let is_conditional = !conditions.is_empty();
            request.headers_mut().extend(conditions);
            let request = OriginRequest { request, addresses, timeout };
            // What has come is not refused for coming late: an instance that was making another image may see it late.
            let sent = self.platform.send(request).await;
            let response = sent.map_err(|failure| self.failed(&for_log(&url), &failure))?;
            if is_conditional && response.status() == StatusCode::NOT_MODIFIED {
                let headers = response.headers();
                known = known.filter(|known| known.is_meant_by(headers));
                match known {
                    Some(known) => {
                        return Ok(Opened::Unchanged(known.terms.renewed(headers, self.platform.wall())));
                    }
                    // Of another version than the known one: the whole source is asked for.
                    None => continue,
                }
            }
            let Some(next) = redirect(&response, &url)? else {
                return self.accept(response, url.as_str(), &for_log(&url), known, false);
            };
            addresses = self.config.policy.check(&next)?;
            url = next;
        }
        Err(Error::new(Kind::OriginFailed, format!("The origin redirects more than {HOPS} times.")))
    }

    /// Reads the head of a 200; other answers become errors. `location`: where it is from, `from`: as logs name that, `host`:
    /// whether it is from the host itself.
    fn accept(
        &self,
        response: Response<P::Body>,
        location: &str,
        from: &str,
        known: Option<&Provenance>,
        host: bool,
    ) -> Result<Opened<P::Body>, Error> {
        let now = self.platform.wall();
        let headers = response.headers();
        if response.status() != StatusCode::OK {
            let error = refused_by_origin(response.status());
            // What the origin keeps to itself, its errors included, is kept nowhere.
            return Err(if Terms::of(headers, now).no_store { unstorable(error) } else { error });
        }
        if let Some(known) = known.filter(|known| known.is_unchanged(location, headers, host)) {
            return Ok(Opened::Unchanged(known.terms.renewed(headers, now)));
        }
        let encoded =
            |line: &HeaderValue| !line.is_empty() && !line.as_bytes().eq_ignore_ascii_case(b"identity");
        if headers.get_all(header::CONTENT_ENCODING).iter().any(encoded) {
            return Err(Error::new(
                Kind::OriginFailed,
                "The origin sent the source in a content coding not asked for.",
            ));
        }
        let terms = Terms::of(headers, now);
        let modified =
            text(headers, header::LAST_MODIFIED).and_then(|date| httpdate::parse_http_date(date).ok());
        Ok(Opened::Source(Box::new(OriginResponse {
            from: from.to_owned(),
            length: length(headers)?,
            etag: text(headers, header::ETAG).and_then(etag::strong).map(str::to_owned),
            // A date in the future is a wrong clock's (RFC 9110 §8.8.2.1).
            last_modified: modified.map(|date| unix(date).min(unix(now)).max(etag::RELEASED)),
            freshness: terms.freshness(self.config.ttl),
            provenance: Provenance::of(location, headers, terms),
            body: response.into_body(),
        })))
    }

    /// Reads the body. `memory` is what the job holds of the budget: nothing yet, and in the end as many bytes as there are.
    pub(crate) async fn read(
        &self,
        source: OriginResponse<P::Body>,
        memory: &Reservation,
    ) -> Result<Bytes, Error> {
        let OriginResponse { from, body, length: announced, .. } = source;
        let limits = &self.config.limits;
        // A buffer that grows is held twice for a moment, and one job has its share of the budget.
        let cap = announced.unwrap_or(limits.source_bytes.min(limits.memory / 2));
        limits.check_bytes(cap)?;
        let buffer = match announced {
            Some(length) => BodyBuffer::announced(length, memory)?,
            None => BodyBuffer::growing(cap, memory),
        };
        let timeout = self.deadline.fetch_left(self.platform)?;
        let read = self.platform.read(body, buffer, timeout).await;
        let bytes = read.map_err(|failure| match failure.error {
            FetchError::TooLarge => too_large(cap),
            _ => self.failed(&from, &failure),
        })?;
        let length = bytes.len() as u64;
        if length > cap {
            return Err(too_large(cap));
        }
        if announced.is_some_and(|announced| length < announced) {
            return Err(self.failed(&from, &FetchError::Interrupted.into()));
        }
        memory.resize(length)?;
        Ok(bytes)
    }

    /// What a failed step means. Several hosts do not say that a time-out was the reason (Fastly's errors carry no
    /// type, nor do those of stalled bodies under `wasi:http`): our own clock does.
    fn failed(&self, source: &str, failure: &Failure) -> Error {
        if failure.error != FetchError::Refused {
            report(self.platform, self.config.log, &Event::FetchFailed { source, failure });
        }
        let message = match failure.error {
            FetchError::Timeout => return origin_too_slow(),
            FetchError::Memory => return busy(),
            // Reported with all other refusals.
            FetchError::Refused => return Refusal::by_host(source, &failure.detail).into(),
            FetchError::Connect => "The origin cannot be reached.",
            FetchError::Interrupted => "The origin's answer ended early.",
            FetchError::TooLarge | FetchError::Failed => "The origin could not be read.",
        };
        let too_late = self.deadline.fetch_left(self.platform).err();
        too_late.unwrap_or_else(|| Error::new(Kind::OriginFailed, message))
    }
}

/// What an answer that is no 200 means.
fn refused_by_origin(status: StatusCode) -> Error {
    match status {
        // The caller need not know why there is no image.
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Error::new(Kind::SourceNotFound, "The origin does not have this source.")
        }
        StatusCode::GATEWAY_TIMEOUT => origin_too_slow(),
        other => unexpected(other),
    }
}

fn unexpected(status: StatusCode) -> Error {
    Error::new(Kind::OriginFailed, format!("The origin answered with status {}.", status.as_u16()))
}

/// The fixed request: nothing of the caller's goes to the origin.
fn request(url: &Url) -> Result<Request<()>, Error> {
    let mut request = Request::new(());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = url.as_str().parse().map_err(|_| {
        Error::parameter("src", "The source's URL cannot be requested.", "an absolute http or https URL")
    })?;
    let fixed = [
        (header::ACCEPT, "image/webp,image/png,image/jpeg,image/gif,*/*;q=0.1"),
        (header::ACCEPT_ENCODING, "identity"),
        (header::USER_AGENT, concat!("edgepix/", env!("CARGO_PKG_VERSION"))),
        (header::VIA, "1.1 edgepix"),
        (header::HeaderName::from_static("cdn-loop"), PSEUDONYM),
    ];
    request.headers_mut().extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    Ok(request)
}

/// Where a redirect leads, if it is one.
fn redirect<B>(response: &Response<B>, from: &Url) -> Result<Option<Url>, Error> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = text(response.headers(), header::LOCATION).and_then(|location| from.join(location).ok());
    let mut next = location
        .ok_or_else(|| Error::new(Kind::OriginFailed, "The origin redirects without saying where to."))?;
    next.set_fragment(None);
    Ok(Some(next))
}

/// The length of a body, where it is stated. An answer that states it in two ways may be one that somebody put into another's
/// place (RFC 9112 §6.3): nothing of it is believed.
fn length(headers: &HeaderMap) -> Result<Option<u64>, Error> {
    let unclear =
        || Error::new(Kind::OriginFailed, "The origin's answer does not state clearly how long it is.");
    let digits = |member: &str| member.bytes().all(|byte| byte.is_ascii_digit());
    let mut stated = None;
    for line in headers.get_all(header::CONTENT_LENGTH) {
        for member in line.to_str().map_err(|_| unclear())?.split(',').map(str::trim) {
            let length: u64 = member.parse().ok().filter(|_| digits(member)).ok_or_else(unclear)?;
            if stated.replace(length).is_some_and(|before| before != length) {
                return Err(unclear());
            }
        }
    }
    let chunked = headers.contains_key(header::TRANSFER_ENCODING);
    if stated.is_some() && chunked { Err(unclear()) } else { Ok(stated) }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn too_large(cap: u64) -> Error {
    let message = format!("The source has more than {cap} bytes, which are the most that are accepted.");
    let mut error = Error::new(Kind::TooLarge, message);
    error.parameter = Some("source-bytes".into());
    error.limit = Some(cap);
    error
}

/// Whether a request has been here before: `Via` (RFC 9110 §7.6.3) or `CDN-Loop` (RFC 8586) names us.
pub(crate) fn has_looped(headers: &HeaderMap) -> bool {
    let members = |name: &'static str| {
        let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(','))
    };
    // `1.1 edgepix (comment)`, `HTTP/1.1 edgepix:8080`; `edgepix; parameter`.
    let via = members("via").filter_map(|member| member.split_whitespace().nth(1)?.split(':').next());
    let cdn = members("cdn-loop").filter_map(|member| member.split(';').next());
    via.chain(cdn).any(|name| name.trim().eq_ignore_ascii_case(PSEUDONYM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_url_parser_lets_through_can_be_requested() {
        for byte in 0x20..=0x7e_u8 {
            let character = char::from(byte);
            for text in [format!("https://a.example/{character}"), format!("https://a.example/?{character}")]
            {
                let url = Url::parse(&text).unwrap();
                assert_eq!(request(&url).unwrap().uri().to_string(), url.as_str().split('#').next().unwrap());
            }
        }
    }

    #[test]
    fn loops_are_told_from_other_proxies() {
        for (name, value, looped) in [
            ("via", "1.1 edgepix", true),
            ("via", "1.0 fred, 1.1 Edgepix (0.1.0)", true),
            ("via", "HTTP/1.1 edgepix:8080", true),
            ("via", "1.1 varnish, 1.1 edgepix.example.com", false),
            ("via", "1.1 vegur", false),
            ("via", "edgepix", false),
            ("via", "", false),
            ("cdn-loop", "edgepix", true),
            ("cdn-loop", "cloudflare; subreqs=1, EDGEPIX; v=1", true),
            ("cdn-loop", "edgepixel", false),
            ("cdn-loop", "cloudflare", false),
            ("x-via", "1.1 edgepix", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.append("via", HeaderValue::from_static("1.1 other"));
            headers.append(name, HeaderValue::from_static(value));
            assert_eq!(has_looped(&headers), looped, "{name}: {value}");
        }
    }
}
