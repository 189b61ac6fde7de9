//! Signed URLs: HMAC-SHA256 (RFC 2104) over the signed form, in base64url without padding (RFC 4648 §5).
//!
//! The signed form is the URL's path and its parameters as they were sent, `sig` left out: each name, each value and each
//! part of the path between two slashes is percent-decoded once and encoded again, so that only RFC 3986's unreserved
//! characters are bare; the parameters are sorted. So neither a proxy that encodes otherwise nor a changed configuration
//! breaks a signature.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edgepix_core::{Error, Kind, Query};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::utf8_percent_encode;
use sha2::Sha256;

use super::canonical::RESERVED;

/// Parameters that may stand beside `preset` in a URL without signature, where presets need none.
const BESIDE_PRESETS: [&str; 3] = ["src", "preset", "v"];

/// A key that URLs are signed with, and its name. Written as `name:secret`, the secret in hexadecimal.
///
/// ```
/// use edgepix_service::SigningKey;
///
/// let key: SigningKey = "2026:000102030405060708090a0b0c0d0e0f".parse()?;
/// assert_eq!(key.id(), "2026");
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    id: String,
    secret: Vec<u8>,
}

impl SigningKey {
    /// Bytes that a secret has at least.
    const SHORTEST: usize = 16;

    /// The name, as `kid` has it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The signature of a path and a query, both as they stand in the URL. A `sig` in it counts for nothing. `None` where
    /// they are not percent-encoded UTF-8.
    ///
    /// ```
    /// use edgepix_service::SigningKey;
    ///
    /// let key: SigningKey = "2026:000102030405060708090a0b0c0d0e0f".parse()?;
    /// let signature = key.sign("/resize/a.jpg", "w=800&kid=2026");
    /// assert_eq!(signature, key.sign("/resize/%61.jpg", "kid=2026&w=800&sig=x"));
    /// assert_ne!(signature, key.sign("/resize/a.jpg", "w=801&kid=2026"));
    /// # Ok::<(), &'static str>(())
    /// ```
    pub fn sign(&self, path: &str, query: &str) -> Option<String> {
        let code = self.code(&signed_form(path, query)?)?.finalize();
        Some(URL_SAFE_NO_PAD.encode(code.into_bytes()))
    }

    /// The code of a form. HMAC takes keys of any length: there always is one.
    fn code(&self, form: &str) -> Option<Hmac<Sha256>> {
        let mut code = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        code.update(form.as_bytes());
        Some(code)
    }
}

impl FromStr for SigningKey {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (id, secret) = text.split_once(':').ok_or("name:secret, with a colon between")?;
        let named = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        if id.is_empty() || !id.chars().all(named) {
            return Err("names of letters, digits and -._~");
        }
        let pairs = secret.as_bytes().chunks(2).map(|pair| {
            let digits = std::str::from_utf8(pair).ok().filter(|digits| digits.len() == 2)?;
            digits
                .bytes()
                .all(|digit| digit.is_ascii_hexdigit())
                .then(|| u8::from_str_radix(digits, 16).ok())?
        });
        match pairs.collect::<Option<Vec<u8>>>() {
            Some(secret) if secret.len() >= Self::SHORTEST => Ok(Self { id: id.to_owned(), secret }),
            Some(_) => Err("secrets of at least 16 bytes"),
            None => Err("secrets in hexadecimal"),
        }
    }
}

/// Without the secret, which must not come into a log.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Which requests need a signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SigningMode {
    /// None. Signatures are not looked at.
    #[default]
    Off,
    /// All but those that name presets and nothing else of the image.
    Presets,
    /// All.
    Required,
}

/// The keys, and what is to be signed with one of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signing {
    pub(crate) keys: Vec<SigningKey>,
    pub(crate) mode: SigningMode,
}

impl Signing {
    /// Checks a URL, and gives the second since 1970 at which it ends, where it says one.
    ///
    /// # Errors
    ///
    /// [`SignatureRefused`](Kind::SignatureRefused): one error for all that can be wrong with a signature, and another for
    /// a URL whose time is over.
    pub(crate) fn check(&self, path: &str, query: &str, now: u64) -> Result<Option<u64>, Error> {
        if !self.frees(query) && !self.is_signed(path, query) {
            return Err(Error::new(
                Kind::SignatureRefused,
                "The URL is not signed as this service demands it.",
            ));
        }
        // What is no number is told by whoever reads the parameters.
        let end = value(query, "exp").and_then(|seconds| seconds.parse().ok());
        if end.is_some_and(|end| end <= now) {
            return Err(Error::new(Kind::SignatureRefused, "The URL's time is over (`exp`)."));
        }
        Ok(end)
    }

    /// Whether a query needs no signature.
    fn frees(&self, query: &str) -> bool {
        let named = |name: &str| Query::decode(name).is_some_and(|name| BESIDE_PRESETS.contains(&&*name));
        match self.mode {
            SigningMode::Off => true,
            SigningMode::Required => false,
            SigningMode::Presets => {
                value(query, "preset").is_some() && Query::split(query).all(|(name, _)| named(name))
            }
        }
    }

    fn is_signed(&self, path: &str, query: &str) -> bool {
        let signature = value(query, "sig").and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let (Some(signature), Some(form)) = (signature, signed_form(path, query)) else { return false };
        let id = value(query, "kid");
        let named = |key: &&SigningKey| id.as_ref().is_none_or(|id| key.id == *id);
        // `verify_slice` takes the same time wherever they differ.
        let holds = |key: &SigningKey| key.code(&form)?.verify_slice(&signature).ok();
        self.keys.iter().filter(named).any(|key| holds(key).is_some())
    }
}

/// The value of a parameter that is given once.
fn value(query: &str, name: &str) -> Option<String> {
    let mut values = Query::split(query).filter(|(other, _)| Query::decode(other).as_deref() == Some(name));
    let (_, value) = values.next()?;
    if values.next().is_some() { None } else { Query::decode(value).map(|value| value.into_owned()) }
}

/// What is signed.
fn signed_form(path: &str, query: &str) -> Option<String> {
    let recoded = |text: &str| Some(utf8_percent_encode(&Query::decode(text)?, RESERVED).to_string());
    let parts: Vec<String> = path.split('/').map(recoded).collect::<Option<_>>()?;
    let pairs = Query::split(query).map(|(name, value)| Some((recoded(name)?, recoded(value)?)));
    let mut pairs: Vec<_> = pairs.collect::<Option<_>>()?;
    pairs.retain(|(name, _)| name != "sig");
    pairs.sort();
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    Some(format!("{}?{}", parts.join("/"), pairs.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 2] = ["old:000102030405060708090a0b0c0d0e0f", "new:ffeeddccbbaa99887766554433221100"];
    const NOW: u64 = 1_800_000_000;

    fn key(text: &str) -> SigningKey {
        text.parse().expect(text)
    }

    fn signing(mode: SigningMode) -> Signing {
        Signing { keys: KEYS.map(key).into(), mode }
    }

    fn signed(path: &str, query: &str, key: &SigningKey) -> String {
        format!("{query}&sig={}", key.sign(path, query).unwrap())
    }

    #[test]
    fn the_form_is_what_was_sent_in_one_spelling() {
        for (path, query, form) in [
            ("/resize/a.jpg", "w=8&h=9", "/resize/a.jpg?h=9&w=8"),
            ("/resize/%61%2Fb/c d", "w=8", "/resize/a%2Fb/c%20d?w=8"),
            ("/resize/", "src=/a.jpg&w=8&sig=x&%73ig=y", "/resize/?src=%2Fa.jpg&w=8"),
            ("/resize/", "src=https://a/%C3%BC?b&v=1~", "/resize/?src=https%3A%2F%2Fa%2F%C3%BC%3Fb&v=1~"),
            ("/resize/a", "w=8&w=7&&enlarge", "/resize/a?enlarge=&w=7&w=8"),
            ("/resize/a", "", "/resize/a?"),
        ] {
            assert_eq!(signed_form(path, query).as_deref(), Some(form));
        }
        assert_eq!(signed_form("/resize/%ff", ""), None);
        assert_eq!(signed_form("/resize/a", "v=%G1"), None);
    }

    /// RFC 4231 has no vector for this form; these were made by Python's `hmac` and `base64`, and stand in
    /// `docs/signing.json` for other languages, too.
    #[test]
    fn the_published_vectors_hold() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/signing.json");
        let vectors: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let vectors = vectors["vectors"].as_array().unwrap();
        assert!(vectors.len() > 8);
        for vector in vectors {
            let [key, path, query, signature] =
                ["key", "path", "query", "sig"].map(|name| vector[name].as_str().unwrap());
            let key: SigningKey = key.parse().unwrap();
            assert_eq!(key.sign(path, query).as_deref(), Some(signature), "{path}?{query}");
        }
    }

    #[test]
    fn a_signature_holds_for_its_url_alone() {
        let signing = signing(SigningMode::Required);
        let (path, query) = ("/resize/a.jpg", "w=800&q=70");
        for key in KEYS.map(key) {
            let with_id = format!("{query}&kid={}", key.id());
            for query in [query, &with_id] {
                let good = signed(path, query, &key);
                assert_eq!(signing.check(path, &good, NOW), Ok(None));
                assert_eq!(signing.check("/resize/%61.jpg", &good.replace("q=70", "q=%370"), NOW), Ok(None));
                for (path, bad) in [
                    ("/info/a.jpg", good.clone()),
                    ("/resize/b.jpg", good.clone()),
                    (path, good.replace("800", "801")),
                    (path, format!("{good}&v=1")),
                    (path, good.replace("&q=70", "")),
                    (path, format!("{good}A")),
                    (path, format!("{good}=")),
                    (path, format!("{good}&sig=x")),
                    (path, query.to_owned()),
                    (path, format!("{query}&sig=")),
                    (path, format!("{query}&sig=%ff")),
                    (path, format!("{good}&kid=none")),
                ] {
                    let error = signing.check(path, &bad, NOW).expect_err(&bad);
                    assert_eq!(error.kind, Kind::SignatureRefused);
                    assert_eq!(error.parameter, None);
                }
            }
        }
        let wrong = signed(path, "w=1&kid=new", &key(KEYS[0]));
        assert!(signing.check(path, &wrong, NOW).is_err(), "a key of another name");
    }

    #[test]
    fn a_url_ends() {
        let key = key(KEYS[0]);
        for mode in [SigningMode::Required, SigningMode::Off] {
            let check =
                |query: &str| signing(mode).check("/resize/a", &signed("/resize/a", query, &key), NOW);
            assert_eq!(check("exp=1800000001"), Ok(Some(NOW + 1)));
            for over in ["exp=1800000000", "exp=1", "exp=0"] {
                assert!(check(over).unwrap_err().message.contains("exp"));
            }
        }
    }

    #[test]
    fn bare_presets_may_go_without() {
        let signing = signing(SigningMode::Presets);
        let frees = |query: &str| signing.check("/resize/", query, NOW).is_ok();
        assert!(frees("src=/a&preset=hero&v=1") && frees("preset=a,b"));
        for query in ["src=/a", "src=/a&preset=hero&w=1", "preset=a&preset=b", "preset=a&exp=1900000000", ""]
        {
            assert!(!frees(query), "{query}");
        }
    }

    #[test]
    fn keys_are_checked_and_kept_out_of_logs() {
        for bad in [
            "",
            "a",
            ":000102030405060708090a0b0c0d0e0f",
            "a b:000102030405060708090a0b0c0d0e0f",
            "a:0001",
            "a:000102030405060708090a0b0c0d0e0",
            "a:0g0102030405060708090a0b0c0d0e0f",
            "a:+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1",
        ] {
            assert!(bad.parse::<SigningKey>().is_err(), "{bad}");
        }
        let shown = format!("{:?}", signing(SigningMode::Required));
        assert!(shown.contains("old") && !shown.contains("01, 2") && !shown.contains("0001"));
    }
}
