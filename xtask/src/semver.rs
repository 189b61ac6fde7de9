//! Whether the crates' interfaces changed as their version says, beside what was published last.

use std::process::Command;

use crate::setup;
use crate::step::{Failure, cargo, output, root, run};

/// Compares each of the crates with its newest version in the registry; those that have none pass.
pub(crate) fn check(names: &[String]) -> Result<(), Failure> {
    let mut published = Vec::new();
    for name in names {
        if is_published(name)? {
            published.push(name);
        }
    }
    if published.is_empty() {
        eprintln!("  no crate was published before: there is nothing to compare with");
        return Ok(());
    }
    let mut command = Command::new(setup::cargo_semver_checks()?);
    command.current_dir(root()).args(["semver-checks", "check-release"]);
    published.iter().for_each(|name| _ = command.args(["--package", name]));
    run(&mut command).map_err(|error| {
        format!("{error}\nThe interface changed more than the version says: see docs/releasing.md, \"The version\"")
    })
}

/// Whether the registry has any version of a crate. No answer is an error, and not a no.
fn is_published(name: &str) -> Result<bool, Failure> {
    match output(cargo().args(["info", "--quiet", "--registry", "crates-io", name])) {
        Ok(_) => Ok(true),
        Err(error) if error.contains("could not find") => Ok(false),
        Err(error) => Err(error),
    }
}
