//! `edgepix vocabulary`: the parameters as the playground's static files have them. For the build of these, not in `--help`.

use std::io::{Write, stdout};

use clap::Command;
use edgepix_core::Limits;

use super::{Outcome, UsageError, os_message};

pub(super) const NAME: &str = "vocabulary";

pub(super) fn command() -> Command {
    Command::new(NAME).about("Print the playground's module vocabulary.js").hide(true)
}

pub(super) fn run() -> Result<Outcome, UsageError> {
    let printed = stdout().write_all(edgepix_playground::vocabulary(&Limits::default()).as_bytes());
    printed
        .map(|()| Outcome::Complete)
        .map_err(|error| UsageError(format!("standard output: {}", os_message(&error))))
}
