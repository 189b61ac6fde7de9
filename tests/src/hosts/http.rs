//! A platform's own runtime, over HTTP, with the sources' folder as its origin.

use edgepix_core::{Error, Format, Kind, Limits};
use edgepix_origin::Origin;
use http::Response;
use serde::Deserialize;

use super::Host;
use crate::case::Case;
use crate::client;
use crate::golden_folder;
use crate::runtimes::{ISOLATE, ONE_AT_A_TIME, Runtime, Settings};

/// A runtime that is restarted whenever a case has other limits.
pub struct Http {
    name: &'static str,
    origin: Origin,
    running: Option<(Settings, Runtime)>,
}

impl Http {
    /// Starts the origin.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing.
    pub fn start(name: &'static str) -> Result<Self, String> {
        let origin = Origin::start([]).map_err(|error| format!("the origin did not start: {error}"))?;
        origin.serve(&golden_folder().join("sources"));
        Ok(Self { name, origin, running: None })
    }

    fn runtime(&mut self, settings: Settings) -> Result<&Runtime, String> {
        if self.running.as_ref().is_none_or(|(running, _)| *running != settings) {
            // The one before ends first: machines are small.
            self.running = None;
            let runtime = Runtime::start(self.name, &settings)?;
            return Ok(&self.running.insert((settings, runtime)).1);
        }
        self.running.as_ref().map(|(_, runtime)| runtime).ok_or_else(|| "no runtime".to_owned())
    }
}

impl Host for Http {
    fn name(&self) -> &'static str {
        self.name
    }

    fn note(&self) -> String {
        self.running.as_ref().map_or("", |(_, runtime)| runtime.note).to_owned()
    }

    fn run(&mut self, source: &[u8], case: &Case) -> Result<Vec<u8>, Error> {
        let settings = settings(self.name, &self.origin, &case.limits, source.len() as u64);
        let path = format!("/resize/{}?{}", case.source, request(source, case));
        let runtime = self.runtime(settings).map_err(failed)?;
        let answer = client::get(&runtime.url(&path)).map_err(failed)?;
        if answer.status() == 200 { Ok(answer.into_body()) } else { Err(problem(&answer)) }
    }
}

/// The case's limits, as configuration.
fn settings(runtime: &str, origin: &Origin, limits: &Limits, source: u64) -> Settings {
    // What one job may have in the service holds the source too, which the core's limit does not.
    let held = if limits.memory == Limits::default().memory { 0 } else { source };
    // It is half of the budget, but where an instance serves one request at a time.
    let jobs = if ONE_AT_A_TIME.contains(&runtime) { 1 } else { 2 };
    let settings = Settings::with_origin(&origin.url("/"))
        .with("EDGEPIX_MAX_SOURCE_BYTES", limits.source_bytes)
        .with("EDGEPIX_MAX_SOURCE_PIXELS", limits.source_pixels)
        .with("EDGEPIX_MAX_OUTPUT_SIDE", limits.output_side)
        .with("EDGEPIX_MAX_OUTPUT_PIXELS", limits.output_pixels)
        .with("EDGEPIX_MAX_FRAMES", limits.frames)
        .with("EDGEPIX_MAX_ANIMATION_PIXELS", limits.animation_pixels)
        .with("EDGEPIX_MAX_WORK", limits.work)
        .with("EDGEPIX_MEMORY_BUDGET", (limits.memory + held) * jobs);
    Settings { memory: Some(ISOLATE), ..settings }
}

/// The case's request. Where it names no format the source's own is meant, which over HTTP has to be said.
fn request(source: &[u8], case: &Case) -> String {
    let named = case.request.split('&').any(|pair| pair.starts_with("format="));
    match Format::sniff(source) {
        Some(format) if !named => format!("{}&format={}", case.request, format.name()),
        _ => case.request.clone(),
    }
}

/// A problem detail as the service writes it.
#[derive(Deserialize)]
struct Problem {
    r#type: String,
    detail: String,
    parameter: Option<String>,
    allowed: Option<String>,
    limit: Option<u64>,
    actual: Option<u64>,
}

/// The error that an answer states, with all of its fields.
pub fn problem(answer: &Response<Vec<u8>>) -> Error {
    let Ok(problem) = serde_json::from_slice::<Problem>(answer.body()) else {
        let body = String::from_utf8_lossy(answer.body());
        return failed(format!("status {} with a body that is no problem: {body}", answer.status()));
    };
    let slug = problem.r#type.strip_prefix("urn:edgepix:error:").unwrap_or_default();
    let mut error = Error::new(Kind::from_slug(slug).unwrap_or(Kind::Internal), problem.detail);
    error.parameter = problem.parameter.map(Into::into);
    error.allowed = problem.allowed.map(Into::into);
    error.limit = problem.limit;
    error.actual = problem.actual;
    error
}

fn failed(why: String) -> Error {
    Error::new(Kind::Internal, why)
}
