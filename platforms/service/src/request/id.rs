//! The id of a request: the same in its answer and in all lines of the log about it.

use http::{HeaderMap, HeaderName, HeaderValue, Request};

/// The id of one request, for logs and for its answer: 1 … 64 ASCII letters, digits and `-_.:+/=@`.
///
/// Callers choose it with the header `X-Request-Id`. What is longer or holds other characters is not taken: it ends up
/// in logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The header that a request may bring it in, and that the answer carries it in.
    pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

    /// The longest that is taken, in bytes: a UUID has 36, a trace id of W3C 32.
    const LONGEST: usize = 64;

    /// An id in this form; `None` where it is empty, too long or holds other characters.
    pub fn new(text: &str) -> Option<Self> {
        let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=@".contains(&byte);
        let is_sane = (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(is_safe);
        is_sane.then(|| HeaderValue::from_str(text).ok().map(Self)).flatten()
    }

    /// The id of a request: [assigned](Self::assign) by the host, else what the caller sent.
    pub fn of<B>(request: &Request<B>) -> Option<Self> {
        request.extensions().get().cloned().or_else(|| Self::sent(request))
    }

    /// Gives a request its id: what the caller sent, else what the host makes. A host calls this first, where it can make
    /// ids.
    pub fn assign<B>(request: &mut Request<B>, make: impl FnOnce() -> Option<Self>) -> Option<Self> {
        let id = Self::sent(request).or_else(make)?;
        request.extensions_mut().insert(id.clone());
        Some(id)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // It was made of text.
        self.0.to_str().unwrap_or_default()
    }

    /// Puts it into the headers of the answer.
    pub fn put(&self, headers: &mut HeaderMap) {
        headers.insert(Self::HEADER, self.0.clone());
    }

    /// What the caller sent. Of two, neither: a proxy may have meant the other.
    fn sent<B>(request: &Request<B>) -> Option<Self> {
        let mut lines = request.headers().get_all(Self::HEADER).iter();
        match (lines.next(), lines.next()) {
            (Some(line), None) => Self::new(line.to_str().ok()?),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_ids_of_safe_characters_are_taken() {
        let longest = "a".repeat(64);
        for text in ["1", "0af7651916cd43dd8448eb211c80319c", "Root=1-67891233:ab/c+d@e_f.g", &longest] {
            assert_eq!(RequestId::new(text).unwrap().as_str(), text);
        }
        for text in
            ["", "a b", "a\tb", "a\"b", "a\\b", "a;b", "a\x1b[31m", "ä", "a\r\nb", "a{b}", &(longest + "a")]
        {
            assert_eq!(RequestId::new(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_callers_comes_before_the_hosts_and_two_are_none() {
        let made = || RequestId::new("made");
        let mut request = Request::new(());
        assert_eq!((RequestId::of(&request), RequestId::assign(&mut request, || None)), (None, None));
        assert_eq!(RequestId::assign(&mut request, made), made());
        assert_eq!(RequestId::of(&request), made());

        let mut request = Request::new(());
        request.headers_mut().append(RequestId::HEADER, HeaderValue::from_static("sent"));
        assert_eq!(RequestId::of(&request), RequestId::new("sent"));
        assert_eq!(RequestId::assign(&mut request, made), RequestId::new("sent"));
        let mut request = Request::new(());
        for id in ["sent", "other"] {
            request.headers_mut().append(RequestId::HEADER, HeaderValue::from_static(id));
        }
        assert_eq!(RequestId::assign(&mut request, made), made());
    }
}
