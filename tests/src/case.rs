//! A case: what it tests, its source and request, and what is expected.

use std::fs;
use std::path::{Path, PathBuf};

use edgepix_core::{Error, Kind, Limits, Transform};
use edgepix_service::Config;
use edgepix_service::params::{self, Choice};
use serde::Deserialize;

/// One `case.toml`.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of its folder.
    pub name: String,
    /// The folder.
    pub folder: PathBuf,
    /// What it tests, in a sentence.
    pub tests: String,
    /// The rows of the coverage matrix that it stands in.
    pub covers: Vec<String>,
    /// Its source below `sources/`.
    pub source: String,
    /// The request, as a query.
    pub request: String,
    /// The limits of the job.
    pub limits: Limits,
    /// What must come out.
    pub expectation: Expectation,
}

/// What must come out of a case.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// A picture that an independent program made.
    Picture(Expected),
    /// The bytes of an earlier run that somebody looked at.
    Blessed(Blessed),
    /// An error.
    Error(ExpectedError),
}

/// A picture, and how near the result must come to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expected {
    /// The picture's path from the case's folder; it may be another case's.
    pub picture: String,
    /// The program that made it.
    pub by: String,
    /// Largest mean difference, of 255.
    pub mean: f64,
    /// Largest difference of one channel of one pixel, of 255.
    pub max: u8,
    /// Largest mean difference between averages of 4 × 4 pixels, of 255: what is lost in coding hardly shows in them,
    /// a shift or a wrong colour does.
    pub coarse: Option<f64>,
    /// Largest size of the file.
    pub max_bytes: Option<usize>,
    /// Texts that the file must hold as they are.
    #[serde(default)]
    pub contains: Vec<String>,
    /// Why a mean above 2 is right.
    pub reason: Option<String>,
}

/// A case without an independent picture.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blessed {
    /// Why no other program gives the same.
    pub why: String,
}

/// An error; fields that are absent are not compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedError {
    /// The slug of its kind.
    pub kind: String,
    /// The parameter or limit concerned.
    pub parameter: Option<String>,
    /// The limit that was passed.
    pub limit: Option<u64>,
    /// What the job would need.
    pub actual: Option<u64>,
}

/// `case.toml` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tests: String,
    covers: Vec<String>,
    source: String,
    request: String,
    #[serde(default)]
    limits: FileLimits,
    expected: Option<Expected>,
    blessed: Option<Blessed>,
    error: Option<ExpectedError>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileLimits {
    source_bytes: Option<u64>,
    source_pixels: Option<u64>,
    output_side: Option<u32>,
    output_pixels: Option<u64>,
    frames: Option<u32>,
    animation_pixels: Option<u64>,
    memory: Option<u64>,
    work: Option<u64>,
}

impl Case {
    /// Reads the case in `folder`.
    ///
    /// # Errors
    ///
    /// A sentence that names the file and what is wrong in it.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("case.toml");
        let wrong = |what: &str| format!("{}: {what}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| wrong(&error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
        let expectation = match (file.expected, file.blessed, file.error) {
            (Some(expected), None, None) => Expectation::Picture(expected),
            (None, Some(blessed), None) => Expectation::Blessed(blessed),
            (None, None, Some(error)) => Expectation::Error(error),
            _ => return Err(wrong("needs exactly one of [expected], [blessed] and [error]")),
        };
        match &expectation {
            Expectation::Picture(expected) if expected.mean > 2.0 && expected.reason.is_none() => {
                return Err(wrong("a `mean` above 2.0 needs a `reason`"));
            }
            Expectation::Error(error) if Kind::from_slug(&error.kind).is_none() => {
                return Err(wrong(&format!("there is no kind of error `{}`", error.kind)));
            }
            _ => {}
        }
        let mut limits = Limits::default();
        limits.source_bytes = file.limits.source_bytes.unwrap_or(limits.source_bytes);
        limits.source_pixels = file.limits.source_pixels.unwrap_or(limits.source_pixels);
        limits.output_side = file.limits.output_side.unwrap_or(limits.output_side);
        limits.output_pixels = file.limits.output_pixels.unwrap_or(limits.output_pixels);
        limits.frames = file.limits.frames.unwrap_or(limits.frames);
        limits.animation_pixels = file.limits.animation_pixels.unwrap_or(limits.animation_pixels);
        limits.memory = file.limits.memory.unwrap_or(limits.memory);
        limits.work = file.limits.work.unwrap_or(limits.work);
        Ok(Self {
            name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            tests: file.tests,
            covers: file.covers,
            source: file.source,
            request: file.request,
            limits,
            expectation,
        })
    }

    /// Reads every case below `golden`, in the order of their names.
    ///
    /// # Errors
    ///
    /// The first case that does not read.
    pub fn read_all(golden: &Path) -> Result<Vec<Self>, String> {
        let entries = fs::read_dir(golden).map_err(|error| format!("{}: {error}", golden.display()))?;
        let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        folders.retain(|folder| folder.join("case.toml").exists());
        folders.sort();
        folders.iter().map(|folder| Self::read(folder)).collect()
    }

    /// The path of the source.
    pub fn source_path(&self) -> PathBuf {
        self.folder.join("../sources").join(&self.source)
    }

    /// The source's bytes.
    ///
    /// # Errors
    ///
    /// A sentence that names the file.
    pub fn source_bytes(&self) -> Result<Vec<u8>, String> {
        let path = self.source_path();
        fs::read(&path).map_err(|error| {
            format!("{}: {error}. `tests/golden/make/make.py sources` makes it again.", path.display())
        })
    }

    /// What the core is asked for, read from the request by the service's own parser.
    ///
    /// # Errors
    ///
    /// What the service answers to a wrong request.
    pub fn transform(&self) -> Result<Transform, Error> {
        let mut config = Config::default();
        config.limits = self.limits;
        let params = params::parse_query(&self.request, &config)?;
        Ok(match params.format {
            Choice::Named(format) => params.transform(format, &config),
            // Nobody negotiates here: the source's own format is kept.
            Choice::Auto => params.asked,
        })
    }

    /// The expected picture, or the blessed file; a blessed case names its format.
    pub fn expected_path(&self) -> Option<PathBuf> {
        match &self.expectation {
            Expectation::Picture(expected) => Some(self.folder.join(&expected.picture)),
            Expectation::Blessed(_) => {
                let format = self.transform().ok()?.format()?;
                Some(self.folder.join("blessed").with_extension(format.extension()))
            }
            Expectation::Error(_) => None,
        }
    }
}
