//! Everything that runs: tests, the golden suite, benches.

use crate::step::{Failure, cargo, run, step};
use crate::{build, golden};

/// The codecs of our own.
const CODECS: [&str; 6] =
    ["--package", "edgepix-jpeg", "--package", "edgepix-webp", "--package", "edgepix-vp8"];

pub(crate) fn all() -> Result<(), Failure> {
    build::component()?;
    step("build the tests", || run(cargo().args(["test", "--release", "--workspace", "--no-run"])))?;
    step("tests", || run(cargo().args(["test", "--release", "--workspace"])))?;
    // The release profile lets arithmetic wrap; the codecs, which hostile files reach, are tested where it does not.
    step("the codecs with overflow checks", || run(cargo().arg("test").args(CODECS)))?;
    golden::run(&golden::Options::default())
}

/// Criterion's benches.
pub(crate) fn bench(filter: Option<&str>) -> Result<(), Failure> {
    build::component()?;
    step("benches", || run(cargo().args(["bench", "--package", "edgepix-benches", "--"]).args(filter)))
}
