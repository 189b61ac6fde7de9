//! The npm package, in Node and in a real browser, spoken to by lines over a pipe.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use edgepix_core::{
    Effort, Error, Fit, Flip, Gravity, KeepMetadata, Kind, Limits, Profile, Rotate, Transform,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Host;
use crate::case::Case;
use crate::tools;

/// A program that answers jobs with the package.
pub struct Npm {
    name: &'static str,
    note: String,
    child: Child,
    jobs: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A line that the program writes.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Ready(String),
    Ok(String),
    Error(Failure),
}

#[derive(Deserialize)]
struct Failure {
    code: String,
    message: String,
    parameter: Option<String>,
    allowed: Option<String>,
    limit: Option<u64>,
    actual: Option<u64>,
}

impl Npm {
    /// Starts the package in Node, the build without SIMD if `plain`.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing.
    pub fn node(name: &'static str, plain: bool) -> Result<Self, String> {
        Self::start(name, Command::new("node").arg(driver("node.mjs")).arg(package()?), plain)
    }

    /// Starts the package in Chromium.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing.
    pub fn browser(name: &'static str, plain: bool) -> Result<Self, String> {
        let (modules, chromium) = (tools::path(tools::NODE_MODULES)?, tools::path(tools::CHROMIUM)?);
        let mut command = Command::new("node");
        command.arg(driver("browser.mjs")).arg(package()?).arg(modules).arg(chromium);
        Self::start(name, &mut command, plain)
    }

    fn start(name: &'static str, command: &mut Command, plain: bool) -> Result<Self, String> {
        if plain {
            command.arg("--plain");
        }
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("Node did not start: {error}"))?;
        let (Some(jobs), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("Node has no pipes".to_owned());
        };
        let mut host = Self { name, note: String::new(), child, jobs, answers: BufReader::new(answers) };
        match host.line()? {
            Line::Ready(note) => host.note = format!("in {note}"),
            _ => return Err(format!("{name} does not begin by saying what it is")),
        }
        Ok(host)
    }

    fn line(&mut self) -> Result<Line, String> {
        let mut line = String::new();
        match self.answers.read_line(&mut line) {
            Ok(0) => Err(format!("{} ended", self.name)),
            Ok(_) => serde_json::from_str(&line).map_err(|error| format!("{}: {error}: {line}", self.name)),
            Err(error) => Err(format!("{}: {error}", self.name)),
        }
    }
}

impl Host for Npm {
    fn name(&self) -> &'static str {
        self.name
    }

    fn note(&self) -> String {
        self.note.clone()
    }

    fn run(&mut self, _: &[u8], case: &Case) -> Result<Vec<u8>, Error> {
        let failed = |why: String| Error::new(Kind::Internal, why);
        let source = case.source_path().canonicalize().map_err(|error| failed(error.to_string()))?;
        let job = json!({ "source": source, "options": options(&case.transform()?), "limits": limits(&case.limits) });
        writeln!(self.jobs, "{job}").map_err(|error| failed(error.to_string()))?;
        match self.line().map_err(failed)? {
            Line::Ok(text) => BASE64.decode(text).map_err(|error| failed(error.to_string())),
            Line::Error(failure) => Err(failure.into()),
            Line::Ready(_) => Err(failed("it started again".to_owned())),
        }
    }
}

impl Drop for Npm {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let mut error = Error::new(Kind::from_slug(&failure.code).unwrap_or(Kind::Internal), failure.message);
        error.parameter = failure.parameter.map(Into::into);
        error.allowed = failure.allowed.map(Into::into);
        error.limit = failure.limit;
        error.actual = failure.actual;
        error
    }
}

/// The package's options: what is said, and in its own words.
fn options(transform: &Transform) -> Value {
    let default = Transform::default();
    let mut options = Map::new();
    let mut say = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            options.insert(name.to_owned(), value);
        }
    };
    say("width", transform.width().map(|width| json!(width.get())));
    say("height", transform.height().map(|height| json!(height.get())));
    say("dpr", (transform.dpr() != default.dpr()).then(|| json!(transform.dpr().get())));
    say("fit", (transform.fit() != Fit::default()).then(|| json!(transform.fit().to_string())));
    say("enlarge", transform.enlarge().then_some(Value::Bool(true)));
    say(
        "gravity",
        (transform.gravity() != Gravity::default()).then(|| json!(transform.gravity().to_string())),
    );
    say("crop", transform.crop().map(|crop| json!(crop.to_string())));
    say(
        "rotate",
        match transform.rotate() {
            Rotate::None => None,
            Rotate::Quarter => Some(json!(90)),
            Rotate::Half => Some(json!(180)),
            Rotate::ThreeQuarters => Some(json!(270)),
        },
    );
    say("flip", (transform.flip() != Flip::None).then(|| json!(transform.flip().to_string())));
    say("background", transform.background().map(|background| json!(background.to_string())));
    say("format", transform.format().map(|format| json!(format.name())));
    say("quality", transform.quality().map(|quality| json!(quality.get())));
    let effort = transform.effort().filter(|effort| *effort != Effort::default());
    say("effort", effort.map(|effort| json!(effort.to_string())));
    say("lossless", transform.lossless().then_some(Value::Bool(true)));
    say("frame", transform.frame().map(|frame| json!(frame)));
    let metadata = transform.metadata() != KeepMetadata::None;
    say("metadata", metadata.then(|| json!(transform.metadata().to_string())));
    let profile = transform.profile() != Profile::default();
    say("profile", profile.then(|| json!(transform.profile().to_string())));
    Value::Object(options)
}

fn limits(limits: &Limits) -> Value {
    json!({
        "sourceBytes": limits.source_bytes,
        "sourcePixels": limits.source_pixels,
        "outputSide": limits.output_side,
        "outputPixels": limits.output_pixels,
        "frames": limits.frames,
        "animationPixels": limits.animation_pixels,
        "memory": limits.memory,
        "work": limits.work,
    })
}

fn driver(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hosts/npm").join(name)
}

/// What `cargo xtask build` has left.
fn package() -> Result<PathBuf, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/npm");
    path.canonicalize().map_err(|error| format!("{}: {error}. `cargo xtask build` makes it.", path.display()))
}
