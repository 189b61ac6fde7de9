//! All cases on all hosts.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use edgepix_core::{Error, Kind};
use sha2::{Digest, Sha256};

use crate::case::{Case, Expectation};
use crate::compare::Difference;
use crate::hosts::{self, Host, Native};
use crate::picture::Picture;
use crate::verify::{Verdict, verify};
use crate::{report_folder, side_by_side};

/// What a host answered to a case.
pub type Answer = Result<Vec<u8>, Error>;

/// Answers of the native core, by the names of their cases.
pub type Answers = BTreeMap<String, Answer>;

/// What came of one host.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// The host's name.
    pub host: &'static str,
    /// What is to be known of the run beside the host's name.
    pub note: String,
    /// Cases that passed.
    pub passed: usize,
    /// Each failed case and why it failed.
    pub failed: Vec<(String, String)>,
    /// How far passed cases are from their expected pictures.
    pub distances: Vec<(String, Difference)>,
    /// Each case and the SHA-256 of its answer, or its error.
    pub answers: Vec<(String, String)>,
    /// SHA-256 of all answers, in hexadecimal: the same on every host.
    pub digest: String,
}

/// Runs the cases on the native core.
///
/// # Errors
///
/// A source that cannot be read.
pub fn native_answers(cases: &[Case]) -> Result<Answers, String> {
    let mut native = Native;
    let answer = |case: &Case| Ok((case.name.clone(), answer(&mut native, case, &case.source_bytes()?)));
    cases.iter().map(answer).collect()
}

/// Judges the native answers by what the cases expect.
///
/// # Errors
///
/// A source that cannot be read.
pub fn judge_native(cases: &[Case], answers: &Answers) -> Result<Tally, String> {
    let mut tally = Tally::new("native");
    for case in cases {
        let shown = shown_at("native", case);
        let answer = &answers[&case.name];
        // What an earlier run has shown there may be right by now.
        let _ = fs::remove_file(&shown);
        tally.add(case, answer, verify(case, &case.source_bytes()?, answer, &shown));
    }
    Ok(tally.finished())
}

/// Runs the cases on another host, which has to give what the native core gave.
///
/// # Errors
///
/// The host does not start, or a source cannot be read.
pub fn judge_other(name: &str, cases: &[Case], natives: &Answers) -> Result<Tally, String> {
    let mut host = hosts::start(name)?;
    let mut tally = Tally::new(host.name());
    for case in cases {
        let answer = answer(host.as_mut(), case, &case.source_bytes()?);
        let native = &natives[&case.name];
        let _ = fs::remove_file(shown_at(name, case));
        tally.add(case, &answer, same(case, name, native, &answer).map(|()| None));
    }
    tally.note = host.note();
    Ok(tally.finished())
}

/// Stores the native answers of blessed cases. Gives the names of those that changed.
///
/// # Errors
///
/// A case that gave an error, or a file that cannot be written.
pub fn bless(cases: &[Case], answers: &Answers) -> Result<Vec<String>, String> {
    let mut changed = Vec::new();
    for case in cases.iter().filter(|case| matches!(case.expectation, Expectation::Blessed(_))) {
        let file = answers[&case.name].as_ref().map_err(|error| format!("{}: {error}", case.name))?;
        let path =
            case.expected_path().ok_or_else(|| format!("{}: the request names no format", case.name))?;
        if fs::read(&path).ok().as_ref() != Some(file) {
            fs::write(&path, file).map_err(|error| format!("{}: {error}", path.display()))?;
            changed.push(case.name.clone());
        }
    }
    Ok(changed)
}

/// A panic fails its case and lets the others run.
fn answer(host: &mut dyn Host, case: &Case, source: &[u8]) -> Answer {
    catch_unwind(AssertUnwindSafe(|| host.run(source, case)))
        .unwrap_or_else(|_| Err(Error::new(Kind::Internal, "The host panicked.")))
}

fn same(case: &Case, host: &str, native: &Answer, other: &Answer) -> Result<(), String> {
    match (native, other) {
        _ if native == other => Ok(()),
        (Ok(expected), Ok(actual)) => {
            let shown = shown_at(host, case);
            side_by_side::write(&shown, &Picture::decode(expected)?, &Picture::decode(actual)?)?;
            let (expected, actual) = (hex(&Sha256::digest(expected)), hex(&Sha256::digest(actual)));
            Err(format!("other bytes: native {expected}, {host} {actual}; see {}", shown.display()))
        }
        (Err(expected), Err(actual)) => Err(format!("native {expected:?}, {host} {actual:?}")),
        (Ok(_), Err(actual)) => Err(format!("native gives an image, {host} the error {actual}")),
        (Err(expected), Ok(_)) => Err(format!("native gives the error {expected}, {host} an image")),
    }
}

impl Tally {
    fn new(host: &'static str) -> Self {
        Self {
            host,
            note: String::new(),
            passed: 0,
            failed: Vec::new(),
            distances: Vec::new(),
            answers: Vec::new(),
            digest: String::new(),
        }
    }

    fn add(&mut self, case: &Case, answer: &Answer, verdict: Verdict) {
        match verdict {
            Ok(distance) => {
                self.passed += 1;
                self.distances.extend(distance.map(|distance| (case.name.clone(), distance)));
            }
            Err(why) => self.failed.push((case.name.clone(), why)),
        }
        let what = match answer {
            Ok(file) => hex(&Sha256::digest(file)),
            Err(error) => format!("{error:?}"),
        };
        self.answers.push((case.name.clone(), what));
    }

    fn finished(mut self) -> Self {
        let all: String = self.answers.iter().map(|(case, what)| format!("{case} {what}\n")).collect();
        self.digest = hex(&Sha256::digest(&all));
        self
    }
}

/// Where a mismatch is shown. A name may have dots in it, so that no extension is replaced.
fn shown_at(host: &str, case: &Case) -> PathBuf {
    report_folder().join(host).join(format!("{}.png", case.name))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
