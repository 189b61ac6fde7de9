//! `edgepix vocabulary`: the parameters as the playground's static files have them. For the build of these, not in `--help`.

use std::io::{Write, stdout};

use clap::Command;
use edgepix_core::Limits;

use super::{Done, Misuse};

pub(super) const NAME: &str = "vocabulary";

pub(super) fn command() -> Command {
    Command::new(NAME).about("Print the playground's module vocabulary.js").hide(true)
}

pub(super) fn run() -> Result<Done, Misuse> {
    let printed = stdout().write_all(edgepix_playground::vocabulary(&Limits::default()).as_bytes());
    printed
        .map(|()| Done::All)
        .map_err(|error| Misuse(format!("standard output: {}", super::plainly(&error))))
}
