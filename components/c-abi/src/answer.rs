//! The answer of a call.

use edgepix_core::{Dropped, Error, Job, Kind, Limits, Output, Source};
use serde::Serialize;

use crate::options::Options;
use crate::vocabulary::{InForce, Vocabulary};

/// The answer of a call: the bytes of an image where one was made, and a text in JSON.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// The error's number, 0 where there is none.
    pub(crate) error: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Vec<u8>,
}

impl Answer {
    /// What an image's header says.
    pub(crate) fn metadata(file: &[u8], limits: &Limits) -> Self {
        match Source::open(file, limits) {
            Ok(source) => Self::json(source.metadata()),
            Err(error) => Self::error(&error),
        }
    }

    /// What a job will cost.
    pub(crate) fn plan(file: &[u8], options: &[u8], limits: &Limits) -> Self {
        Self::of_job(file, options, limits, |job| {
            let plan = job.plan();
            Ok(Self::json(&PlanJson {
                memory: plan.memory,
                work: plan.work,
                width: plan.width,
                height: plan.height,
                format: plan.format.name(),
                dropped: plan.dropped,
            }))
        })
    }

    /// An image made of an image.
    pub(crate) fn transform(file: &[u8], options: &[u8], limits: &Limits) -> Self {
        Self::of_job(file, options, limits, |job| {
            let Output { bytes, format, width, height, dropped } = job.run(&mut ())?;
            let json = OutputJson {
                width,
                height,
                format: format.name(),
                media_type: format.media_type(),
                size_bytes: bytes.len(),
                dropped,
            };
            Ok(Self { bytes, ..Self::json(&json) })
        })
    }

    /// What there is to ask for.
    pub(crate) fn vocabulary() -> Self {
        Self::json(&Vocabulary::new())
    }

    /// The limits that hold now.
    pub(crate) fn limits(limits: &Limits) -> Self {
        Self::json(&InForce(*limits))
    }

    /// What `answer` says about a job.
    fn of_job(
        file: &[u8],
        options: &[u8],
        limits: &Limits,
        answer: impl FnOnce(Job<'_>) -> Result<Self, Error>,
    ) -> Self {
        let read = || {
            let options = Options::read(options, limits)?;
            let source = Source::open(file, limits)?;
            let transform = options.for_source(source.metadata());
            answer(source.prepare(&transform)?)
        };
        read().unwrap_or_else(|error| Self::error(&error))
    }

    pub(crate) fn error(error: &Error) -> Self {
        let problem = Problem {
            r#type: format!("urn:edgepix:error:{}", error.kind.slug()),
            detail: &error.message,
            parameter: error.parameter.as_deref(),
            allowed: error.allowed.as_deref(),
            limit: error.limit,
            actual: error.actual,
        };
        Self { error: number(error.kind), ..Self::json(&problem) }
    }

    fn json(value: &impl Serialize) -> Self {
        // These types always serialise. If one did not, the text would be empty.
        Self { json: serde_json::to_vec(value).unwrap_or_default(), ..Self::default() }
    }
}

/// The numbers of errors, as `edgepix.h` has them. They never change.
const fn number(kind: Kind) -> u32 {
    match kind {
        Kind::InvalidParameter => 1,
        Kind::Unsupported => 2,
        Kind::UnsupportedSource => 3,
        Kind::DamagedSource => 4,
        Kind::TooLarge => 5,
        // The other kinds are raised by hosts, never by the core.
        _ => 6,
    }
}

/// An error in the members of a problem detail (RFC 9457 §3), without those that are about HTTP.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<u64>,
}

/// An image that was made, in the names of metadata.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputJson {
    width: u32,
    height: u32,
    format: &'static str,
    media_type: &'static str,
    size_bytes: usize,
    dropped: Dropped,
}

#[derive(Serialize)]
struct PlanJson {
    memory: u64,
    work: u64,
    width: u32,
    height: u32,
    format: &'static str,
    dropped: Dropped,
}

#[cfg(test)]
mod tests {
    use super::*;
    use edgepix_core::Format;
    use serde_json::{Value, json};

    const PNG: &[u8] = include_bytes!("../../../tests/golden/sources/photos/bowl-1mp-alpha.png");
    const JPEG: &[u8] = include_bytes!("../../../tests/golden/sources/photos/brushes-1mp-420.jpg");

    fn said(answer: &Answer) -> Value {
        serde_json::from_slice(&answer.json).unwrap()
    }

    fn made(source: &[u8], query: &str) -> Answer {
        Answer::transform(source, query.as_bytes(), &Limits::default())
    }

    #[test]
    fn an_image_is_made_as_a_url_would_ask() {
        let answer = made(JPEG, "w=60&dpr=2&format=webp");
        assert_eq!(answer.error, 0);
        let facts = edgepix_core::metadata(&answer.bytes).unwrap();
        assert_eq!((facts.width, facts.format), (120, Format::Webp));
        let expected = json!({
            "width": 120, "height": facts.height, "format": "webp", "mediaType": "image/webp",
            "sizeBytes": answer.bytes.len(), "dropped": [],
        });
        assert_eq!(said(&answer), expected);
    }

    #[test]
    fn without_a_format_alpha_decides() {
        assert_eq!(said(&made(PNG, "w=8"))["format"], "png");
        assert_eq!(said(&made(JPEG, "w=8&format=auto"))["format"], "jpeg");
        let webp = made(JPEG, "w=8&format=webp").bytes;
        assert_eq!(said(&made(&webp, "w=8"))["format"], "jpeg");
        assert_eq!(said(&made(&webp, "{\"width\":8}"))["format"], "webp", "a program keeps the source's own");
    }

    #[test]
    fn a_query_and_json_make_the_same_bytes() {
        let json = made(PNG, "{\"width\":60,\"format\":\"webp\",\"quality\":70}");
        assert_eq!(json.error, 0, "{}", said(&json));
        assert!(json.bytes == made(PNG, "w=60&format=webp&q=70").bytes);
    }

    #[test]
    fn the_plan_is_of_what_is_made() {
        let plan = said(&Answer::plan(JPEG, b"w=60", &Limits::default()));
        assert_eq!((&plan["width"], &plan["format"]), (&json!(60), &json!("jpeg")));
        assert!(plan["memory"].as_u64() > Some(0) && plan["work"].as_u64() > Some(0), "{plan}");
    }

    #[test]
    fn metadata_have_the_names_of_info() {
        let answer = Answer::metadata(PNG, &Limits::default());
        let facts = said(&answer);
        assert_eq!((answer.error, answer.bytes.len()), (0, 0));
        assert_eq!((&facts["format"], &facts["hasAlpha"]), (&json!("png"), &json!(true)));
        assert_eq!(facts["sizeBytes"], PNG.len());
    }

    #[test]
    fn errors_say_what_is_wrong() {
        let mut small = Limits::default();
        small.source_bytes = 10;
        for (answer, number, kind, parameter) in [
            (made(JPEG, "fit=covr"), 1, "invalid-parameter", json!("fit")),
            (made(JPEG, "w=0"), 1, "invalid-parameter", json!("w")),
            (made(JPEG, "src=a.jpg"), 1, "invalid-parameter", json!("src")),
            (made(JPEG, "{\"fit\":\"covr\"}"), 1, "invalid-parameter", json!("fit")),
            (made(JPEG, "{\"width\":9000,\"enlarge\":true}"), 5, "too-large", json!("output-side")),
            (made(JPEG, "gravity=smart"), 2, "unsupported", json!("gravity")),
            (made(b"no image", "w=8"), 3, "unsupported-source", Value::Null),
            (made(&JPEG[..JPEG.len() / 4], "w=8"), 4, "damaged-source", Value::Null),
            (made(JPEG, "w=8000&dpr=4"), 5, "too-large", json!("output-side")),
            (Answer::metadata(JPEG, &small), 5, "too-large", json!("source-bytes")),
            (Answer::transform(JPEG, b"\xff", &small), 1, "invalid-parameter", Value::Null),
        ] {
            let problem = said(&answer);
            assert_eq!((answer.error, answer.bytes.len()), (number, 0), "{problem}");
            assert_eq!(problem["type"], format!("urn:edgepix:error:{kind}"));
            assert_eq!(problem["parameter"], parameter, "{problem}");
            assert!(
                problem["detail"].as_str().is_some_and(|detail| detail.ends_with(['.', '?'])),
                "{problem}"
            );
        }
    }
}
