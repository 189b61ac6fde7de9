//! What every answer must be, whatever happened to the request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use edgepix_core::Kind;
use http::Response;
use sha2::{Digest, Sha256};

use super::requests::Ask;

/// Judges answers, and remembers the first of each image.
#[derive(Debug, Default)]
pub struct Contract {
    firsts: Mutex<HashMap<String, [u8; 32]>>,
}

impl Contract {
    /// Whether an answer is right.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn judge(&self, ask: &Ask, answer: &Response<Vec<u8>>) -> Result<(), String> {
        let status = answer.status().as_u16();
        if !ask.allowed.contains(&status) {
            return Err(format!(
                "status {status}, expected one of {:?}: {}",
                ask.allowed,
                start(answer.body())
            ));
        }
        if header(answer, "cache-control").is_empty() && ask.path != "/health" {
            return Err("no Cache-Control".to_owned());
        }
        let length = header(answer, "content-length");
        if ask.method != "HEAD" && !length.is_empty() && length != answer.body().len().to_string() {
            return Err(format!("{length} bytes announced, {} sent", answer.body().len()));
        }
        match status {
            200 if ask.method == "HEAD" => empty(answer),
            200 if ask.path.starts_with("/resize/") => self.image(ask, answer),
            200 => json(answer, "application/json").map(drop),
            304 => empty(answer),
            _ => problem(status, answer),
        }
    }

    /// A picture, and the same as before: `v` alone changes nothing.
    fn image(&self, ask: &Ask, answer: &Response<Vec<u8>>) -> Result<(), String> {
        let media_type = header(answer, "content-type");
        let made = edgepix_core::metadata(answer.body()).map_err(|error| format!("no image: {error}"))?;
        if made.format.media_type() != media_type {
            return Err(format!("{media_type} says the head, {} is the body", made.format.media_type()));
        }
        for (name, expected) in [("x-content-type-options", "nosniff"), ("access-control-allow-origin", "*")]
        {
            if header(answer, name) != expected {
                return Err(format!("no {name}"));
            }
        }
        if !header(answer, "etag").starts_with('"') {
            return Err("no strong ETag".to_owned());
        }
        let pairs = ask.path.split('&').filter(|pair| !pair.starts_with("v="));
        let name = format!("{} {:?}", pairs.collect::<Vec<_>>().join("&"), ask.headers);
        let digest: [u8; 32] = Sha256::digest(answer.body()).into();
        let mut firsts = self.firsts.lock().unwrap_or_else(PoisonError::into_inner);
        if *firsts.entry(name).or_insert(digest) == digest {
            Ok(())
        } else {
            Err("other bytes than the first time".to_owned())
        }
    }
}

fn problem(status: u16, answer: &Response<Vec<u8>>) -> Result<(), String> {
    let body = json(answer, "application/problem+json")?;
    let slug = body["type"].as_str().and_then(|kind| kind.strip_prefix("urn:edgepix:error:"));
    if slug.and_then(Kind::from_slug).is_none() {
        return Err(format!("no kind of error: {body}"));
    }
    if body["status"] != status || !body["title"].is_string() || !body["detail"].is_string() {
        return Err(format!("a member is missing or wrong: {body}"));
    }
    if status == 503 && header(answer, "retry-after").parse::<u64>().is_err() {
        return Err("503 without Retry-After".to_owned());
    }
    Ok(())
}

fn json(answer: &Response<Vec<u8>>, media_type: &str) -> Result<serde_json::Value, String> {
    if header(answer, "content-type") != media_type {
        return Err(format!(
            "{} in place of {media_type}: {}",
            header(answer, "content-type"),
            start(answer.body())
        ));
    }
    serde_json::from_slice(answer.body()).map_err(|error| format!("{error}: {}", start(answer.body())))
}

fn empty(answer: &Response<Vec<u8>>) -> Result<(), String> {
    if answer.body().is_empty() { Ok(()) } else { Err("a body where there is none".to_owned()) }
}

fn header<'a>(answer: &'a Response<Vec<u8>>, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn start(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(
        ask: &Ask,
        status: u16,
        headers: &[(&str, &str)],
        body: &[u8],
        contract: &Contract,
    ) -> Result<(), String> {
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        contract.judge(ask, &answer.body(body.to_vec()).unwrap())
    }

    #[test]
    fn what_is_wrong_is_noticed() {
        let contract = Contract::default();
        let ask = Ask {
            method: "GET",
            path: "/resize/a?w=8&v=1".into(),
            headers: vec![],
            allowed: &[200, 404, 503],
        };
        let problem = br#"{"type":"urn:edgepix:error:busy","title":"a","status":503,"detail":"b"}"#;
        let of_problem = [
            ("content-type", "application/problem+json"),
            ("cache-control", "no-store"),
            ("retry-after", "1"),
        ];
        assert_eq!(judged(&ask, 503, &of_problem, problem, &contract), Ok(()));
        assert!(judged(&ask, 500, &of_problem, problem, &contract).is_err(), "a status");
        assert!(judged(&ask, 404, &of_problem, problem, &contract).is_err(), "another status in the body");
        assert!(judged(&ask, 503, &of_problem[..2], problem, &contract).is_err(), "no Retry-After");
        assert!(judged(&ask, 503, &of_problem, b"busy", &contract).is_err(), "no JSON");

        let picture = |colour: u8| -> Vec<u8> {
            let mut out = std::io::Cursor::new(Vec::new());
            image::RgbImage::from_pixel(1, 1, image::Rgb([colour; 3]))
                .write_to(&mut out, image::ImageFormat::Png)
                .unwrap();
            out.into_inner()
        };
        let of_image = [
            ("content-type", "image/png"),
            ("cache-control", "public"),
            ("x-content-type-options", "nosniff"),
            ("access-control-allow-origin", "*"),
            ("etag", "\"a\""),
        ];
        assert_eq!(judged(&ask, 200, &of_image, &picture(1), &contract), Ok(()));
        let again = Ask { path: "/resize/a?w=8&v=2".into(), ..ask.clone() };
        assert_eq!(judged(&again, 200, &of_image, &picture(1), &contract), Ok(()));
        assert!(judged(&again, 200, &of_image, &picture(2), &contract).is_err(), "other bytes");
        assert!(judged(&ask, 200, &of_image[..4], &picture(1), &contract).is_err(), "no ETag");
        assert!(judged(&ask, 200, &of_image, b"hello", &contract).is_err(), "no picture");
    }
}
