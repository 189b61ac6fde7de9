//! Gets a source: redirects followed hop by hop, statuses mapped, bodies capped and compared with their length.

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use url::Url;

use crate::answer::etag;
use crate::answer::freshness::Freshness;
use crate::cache::stored::unix;
use crate::config::{Config, Origin};
use crate::seams::platform::{FetchError, Outgoing, Platform, Reach};
use crate::service::budget::busy;
use crate::service::deadline::{Deadline, origin_too_slow};
use crate::source::location::Source;

/// How this service is called in `Via` and `CDN-Loop`.
pub(crate) const PSEUDONYM: &str = "edgepix";

/// Redirects that are followed.
const HOPS: usize = 5;

/// An origin's answer whose body is not read yet.
#[derive(Debug)]
pub(crate) struct Opened<Body> {
    body: Body,
    length: Option<u64>,
    /// The strong entity tag, with its quotes.
    pub(crate) etag: Option<String>,
    /// The later of the origin's date and our release's, in seconds since 1970. Without a date of the origin there
    /// is none: ours alone would say that a changed source has not changed.
    pub(crate) last_modified: Option<u64>,
    pub(crate) freshness: Freshness,
}

/// Where a source is read from: what the policy made of the request's [`Source`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A URL that may be asked, and the addresses that its host may have.
    Web(Url, Reach),
    /// A path of the platform's own folder or samples.
    Local(String),
}

impl Place {
    /// Decides where to read a source from, or that it is not to be read.
    pub(crate) fn of(source: &Source, config: &Config) -> Result<Self, Error> {
        match (source, &config.origin) {
            (Source::Absolute(url), _) => Ok(Place::Web(url.clone(), config.policy.check(url)?)),
            // Below the origin by its making, so there is nothing to check.
            (Source::Path(path), Origin::Url(base)) => Ok(Place::Web(path.below(base), Reach::Anywhere)),
            (Source::Path(path), Origin::Folder(_) | Origin::Samples) => {
                Ok(Place::Local(path.as_str().to_owned()))
            }
            (Source::Path(_), Origin::None) => {
                let message = "No origin is configured: name the source by an absolute URL in `src`.";
                Err(Error::new(Kind::SourceRefused, message))
            }
        }
    }

    /// The source's name in caches, which outlive a change of the configured origin.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Place::Web(url, _) => url.as_str(),
            Place::Local(path) => path,
        }
    }
}

/// Asks for a source and gives the head of the answer, which is good.
pub(crate) async fn open<P: Platform>(
    platform: &P,
    config: &Config,
    place: &Place,
    deadline: &Deadline,
) -> Result<Opened<P::Body>, Error> {
    let response = match place {
        Place::Web(url, reach) => follow(platform, config, url.clone(), *reach, deadline).await?,
        Place::Local(path) => platform.open(path).await.map_err(|error| failed(error, platform, deadline))?,
    };
    accept(response, platform, config)
}

/// Sends the request and follows redirects, each checked like the first.
async fn follow<P: Platform>(
    platform: &P,
    config: &Config,
    mut url: Url,
    mut reach: Reach,
    deadline: &Deadline,
) -> Result<Response<P::Body>, Error> {
    for _ in 0..=HOPS {
        let timeout = deadline.fetch_left(platform)?;
        let outgoing = Outgoing { request: request(&url)?, reach, timeout };
        // What has come is not refused for coming late: an instance that was making another image may see it late.
        let response = platform.send(outgoing).await.map_err(|error| failed(error, platform, deadline))?;
        let Some(next) = redirect(&response, &url)? else { return Ok(response) };
        reach = config.policy.check(&next)?;
        url = next;
    }
    Err(Error::new(Kind::OriginFailed, format!("The origin redirects more than {HOPS} times.")))
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

/// The facts of a good answer; the others become errors.
fn accept<P: Platform>(
    response: Response<P::Body>,
    platform: &P,
    config: &Config,
) -> Result<Opened<P::Body>, Error> {
    match response.status() {
        StatusCode::OK => {}
        // To the caller it makes no difference why there is no image for them.
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            return Err(Error::new(Kind::SourceNotFound, "The origin does not have this source."));
        }
        StatusCode::GATEWAY_TIMEOUT => return Err(origin_too_slow()),
        other => {
            let message = format!("The origin answered with status {}.", other.as_u16());
            return Err(Error::new(Kind::OriginFailed, message));
        }
    }
    let headers = response.headers();
    let encoded = |line: &HeaderValue| !matches!(line.as_bytes(), b"" | b"identity");
    if headers.get_all(header::CONTENT_ENCODING).iter().any(encoded) {
        return Err(Error::new(
            Kind::OriginFailed,
            "The origin sent the source in a content coding not asked for.",
        ));
    }
    let now = platform.wall();
    let modified = text(headers, header::LAST_MODIFIED).and_then(|date| httpdate::parse_http_date(date).ok());
    Ok(Opened {
        length: text(headers, header::CONTENT_LENGTH).and_then(|length| length.trim().parse().ok()),
        etag: text(headers, header::ETAG).and_then(etag::strong).map(str::to_owned),
        // A date in the future is a wrong clock's (RFC 9110 §8.8.2.1).
        last_modified: modified.map(|date| unix(date).min(unix(now)).max(etag::RELEASED)),
        freshness: Freshness::of(headers, config.ttl, now),
        body: response.into_body(),
    })
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

impl<Body> Opened<Body> {
    /// Bytes to reserve before the body is read: its length where announced, else the most that it may have.
    pub(crate) fn expected(&self, config: &Config) -> Result<u64, Error> {
        match self.length {
            Some(length) => config.limits.check_bytes(length).map(|()| length),
            None => Ok(config.limits.source_bytes.min(config.memory_budget)),
        }
    }

    /// Reads the body, of at most `cap` bytes.
    pub(crate) async fn read<P>(self, platform: &P, cap: u64, deadline: &Deadline) -> Result<Bytes, Error>
    where
        P: Platform<Body = Body>,
    {
        let timeout = deadline.fetch_left(platform)?;
        let bytes =
            platform.read(self.body, self.length, cap, timeout).await.map_err(|error| match error {
                FetchError::TooLarge => too_large(cap),
                other => failed(other, platform, deadline),
            })?;
        let length = bytes.len() as u64;
        if length > cap {
            return Err(too_large(cap));
        }
        // Some hosts take a connection's end for the body's (RFC 9112 §8: it is incomplete).
        if self.length.is_some_and(|announced| length < announced) {
            return Err(failed(FetchError::Interrupted, platform, deadline));
        }
        Ok(bytes)
    }
}

fn too_large(cap: u64) -> Error {
    let message = format!("The source has more than {cap} bytes, which are the most that are accepted.");
    let mut error = Error::new(Kind::TooLarge, message);
    error.parameter = Some("source-bytes".into());
    error.limit = Some(cap);
    error
}

/// What a failed step means. Several hosts do not say that it was the time that ran out (Fastly's errors carry no
/// type, nor do those of stalled bodies under `wasi:http`): our own clock does.
fn failed(error: FetchError, platform: &impl Platform, deadline: &Deadline) -> Error {
    let message = match error {
        FetchError::Timeout => return origin_too_slow(),
        FetchError::Memory => return busy(),
        FetchError::Refused => {
            let message = "The source's host is not on the public internet, or not allowed.";
            return Error::new(Kind::SourceRefused, message);
        }
        FetchError::Connect => "The origin cannot be reached.",
        FetchError::Interrupted => "The origin's answer ended before its time.",
        FetchError::TooLarge | FetchError::Failed => "The origin could not be read.",
    };
    deadline.fetch_left(platform).err().unwrap_or_else(|| Error::new(Kind::OriginFailed, message))
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
