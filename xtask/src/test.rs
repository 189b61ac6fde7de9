//! Everything that runs: tests, the golden suite, benches.

use crate::step::{Failure, cargo, run, step};
use crate::{build, golden};

pub(crate) fn all() -> Result<(), Failure> {
    build::component()?;
    step("build the tests", || run(cargo().args(["test", "--release", "--workspace", "--no-run"])))?;
    step("tests", || run(cargo().args(["test", "--release", "--workspace"])))?;
    // The release profile lets arithmetic wrap; the decoder of hostile files is tested where it does not.
    step("the JPEG decoder with overflow checks", || {
        run(cargo().args(["test", "--package", "edgepix-jpeg"]))
    })?;
    golden::run(&golden::Options::default())
}

/// Criterion's benches.
pub(crate) fn bench(filter: Option<&str>) -> Result<(), Failure> {
    build::component()?;
    step("benches", || run(cargo().args(["bench", "--package", "edgepix-benches", "--"]).args(filter)))
}
