//! `edgepix sign`: URLs with the signature that a service with these keys demands.

use std::io::{BufRead, stdin};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgMatches, Command, value_parser};
use edgepix_service::SigningKey;

use super::{Outcome, UsageError, os_message};

pub(super) const NAME: &str = "sign";

const KEYS: &str = "EDGEPIX_SIGNING_KEYS";
const KID: &str = "kid";
const EXPIRES: &str = "expires";
const EXPIRES_IN: &str = "expires-in";
const URLS: &str = "urls";

pub(super) fn command() -> Command {
    Command::new(NAME)
        .about("Sign URLs of the service: print them with `kid` and `sig`")
        .arg(
            Arg::new(KEYS)
                .long("signing-keys")
                .env(KEYS)
                .hide_env_values(true)
                .value_name("KEYS")
                .required(true)
                .help("Keys as name:secret, comma-separated, the secret in hexadecimal. Better in the variable than in a flag, which other users can see"),
        )
        .arg(Arg::new(KID).long(KID).value_name("NAME").help("The key to sign with [default: the first]"))
        .arg(
            Arg::new(EXPIRES)
                .long(EXPIRES)
                .value_name("TIME")
                .value_parser(value_parser!(u64))
                .conflicts_with(EXPIRES_IN)
                .help("When the URLs end, in seconds since 1970"),
        )
        .arg(
            Arg::new(EXPIRES_IN)
                .long(EXPIRES_IN)
                .value_name("SECONDS")
                .value_parser(value_parser!(u32))
                .help("After how many seconds the URLs end"),
        )
        .arg(
            Arg::new(URLS)
                .value_name("URL")
                .required(true)
                .num_args(1..)
                .help("URLs, or paths with their queries, as the service is asked for them; - reads lines of standard input"),
        )
        .after_help("Example:\n  edgepix sign --expires-in 3600 '/resize/photo.jpg?w=800'")
}

pub(super) fn run(matches: &ArgMatches) -> Result<Outcome, UsageError> {
    let keys = keys(matches.get_one::<String>(KEYS).map(String::as_str).unwrap_or_default())?;
    let key = match matches.get_one::<String>(KID) {
        None => keys.first(),
        Some(id) => keys.iter().find(|key| key.id() == id),
    };
    let names = || keys.iter().map(SigningKey::id).collect::<Vec<_>>().join(", ");
    let key = key.ok_or_else(|| UsageError(format!("--{KID} names no key; there are: {}.", names())))?;
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seconds = matches.get_one::<u32>(EXPIRES_IN).map(|seconds| now() + u64::from(*seconds));
    let end = matches.get_one::<u64>(EXPIRES).copied().or(seconds);
    for url in matches.get_many::<String>(URLS).into_iter().flatten() {
        if url != "-" {
            println!("{}", signed(url, key, end)?);
            continue;
        }
        for line in stdin().lock().lines() {
            let line = line.map_err(|error| UsageError(format!("standard input: {}", os_message(&error))))?;
            if !line.trim().is_empty() {
                println!("{}", signed(line.trim(), key, end)?);
            }
        }
    }
    Ok(Outcome::Complete)
}

fn keys(text: &str) -> Result<Vec<SigningKey>, UsageError> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    entries
        .map(|entry| entry.parse().map_err(|form| UsageError(format!("{KEYS} must hold {form}."))))
        .collect()
}

/// A URL with `exp`, `kid` and `sig`.
fn signed(url: &str, key: &SigningKey, end: Option<u64>) -> Result<String, UsageError> {
    let wrong = |what: &str| UsageError(format!("{url} {what}"));
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => address,
    };
    if !path.starts_with('/') || url.contains('#') {
        return Err(wrong("must be a URL or a path, as /resize/photo.jpg?w=800, without a fragment"));
    }
    let mut query: Vec<String> =
        query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect();
    if let Some(own) =
        query.iter().find(|pair| ["sig", "kid"].iter().any(|name| pair.split('=').next() == Some(name)))
    {
        return Err(wrong(&format!("has `{own}` already")));
    }
    query.extend(end.map(|end| format!("exp={end}")));
    query.push(format!("kid={}", key.id()));
    let query = query.join("&");
    let signature = key.sign(path, &query).ok_or_else(|| wrong("is not percent-encoded UTF-8"))?;
    Ok(format!("{address}?{query}&sig={signature}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "2026:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn urls_keep_what_they_have() {
        let key: SigningKey = KEY.parse().unwrap();
        let sig = "3V8VfhyogkeJm97Qep6K4_6LlmGlq7cAxi9U7_XPYag";
        let signed = |url: &str| signed(url, &key, None).map_err(|UsageError(error)| error);
        let query = format!("?w=800&kid=2026&sig={sig}");
        for start in ["/resize/photo.jpg", "https://img.example.com/resize/photo.jpg"] {
            assert_eq!(signed(&format!("{start}?w=800")), Ok(format!("{start}{query}")));
        }
        for wrong in ["photo.jpg", "https://img.example.com", "/resize/a#b", "/resize/a?sig=x", "/resize/%ff"]
        {
            assert!(signed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_end_is_signed() {
        let key: SigningKey = KEY.parse().unwrap();
        let url = signed("/info/a.jpg", &key, Some(7)).unwrap();
        assert!(url.starts_with("/info/a.jpg?exp=7&kid=2026&sig="), "{url}");
    }

    #[test]
    fn no_error_tells_a_secret() {
        let UsageError(error) = keys("a:000102030405060708090a0b0c0d0e0g").unwrap_err();
        assert!(error.starts_with(KEYS) && !error.contains("0001"), "{error}");
    }
}
