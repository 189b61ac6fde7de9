//! The limits of the command line. Two of them are wider than the server's, which protect it from strangers: users who
//! resize their own files can wait, and can stop the program.

use clap::{Arg, ArgMatches};
use edgepix_core::{Error, Kind, Limits};
use edgepix_service::{Config, Defaults};

use super::UsageError;
use crate::args::{self, Arguments};

const SOURCE_BYTES: &str = "EDGEPIX_MAX_SOURCE_BYTES";
const WORK: &str = "EDGEPIX_MAX_WORK";

/// The default of `--max-source-bytes`.
const DEFAULT_SOURCE_BYTES: u64 = 256 << 20;

/// The flags.
pub(super) fn arguments() -> impl Iterator<Item = Arg> {
    args::limits().map(|limit| match limit.get_id().as_str() {
        SOURCE_BYTES => limit.help(format!("Longest source [default: {DEFAULT_SOURCE_BYTES}]")),
        WORK => limit.help("Instructions that one job may plan for [default: not limited]"),
        _ => limit,
    })
}

/// The flags of a command that reads headers only.
pub(super) fn for_headers() -> impl Iterator<Item = Arg> {
    arguments().filter(|limit| limit.get_id() == SOURCE_BYTES)
}

/// Reads the flags and their variables.
pub(super) fn read(matches: &ArgMatches) -> Result<Config, UsageError> {
    let arguments = Arguments(matches.clone());
    let defaults = Defaults { source_bytes: DEFAULT_SOURCE_BYTES, work: u64::MAX, ..Defaults::default() };
    Config::from_lookup(|name| arguments.lookup(name), &defaults)
        .map_err(|error| UsageError(arguments.explain(&error)))
}

/// The message of an error. If a limit refused the job, it names the flag that raises the limit.
pub(super) fn explain(error: &Error, limits: &Limits) -> String {
    let message = error.message.trim_end_matches('.');
    match error.parameter.as_deref() {
        // The limit of the format itself, which no flag raises.
        Some("output-side") if error.limit != Some(limits.output_side.into()) => message.to_owned(),
        Some("memory") if error.kind == Kind::TooLarge => {
            format!("{message} (--memory-budget raises the limit)")
        }
        Some(name) if error.kind == Kind::TooLarge => format!("{message} (--max-{name} raises the limit)"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use edgepix_core::Metadata;

    use super::*;

    #[test]
    fn a_limit_names_the_flag_that_raises_it() {
        let flags: Vec<_> = arguments().map(|arg| format!("--{}", arg.get_long().unwrap())).collect();
        let png = include_bytes!("../../samples/balloon.png");
        let metadata = Metadata { width: 60_000, height: 60_000, ..edgepix_core::metadata(png).unwrap() };
        let limits = Limits::default();
        let plan = edgepix_core::plan(png, &Default::default(), &limits).unwrap();
        let mut none = limits;
        (none.memory, none.work) = (0, 0);
        for error in [
            limits.check_bytes(1 << 40),
            limits.check_source(&metadata),
            limits.check_source(&Metadata { frames: 9999, width: 1, height: 1, ..metadata }),
            limits.check_output(9000, 1),
            limits.check_output_pixels(8000, 8000, 1),
            limits.check_animation(8000, 8000, 9),
            none.check_plan(&plan),
            none.check_work(&plan),
        ] {
            let text = explain(&error.unwrap_err(), &limits);
            assert!(flags.iter().any(|flag| text.contains(&format!("({flag} raises"))), "{text}");
        }
        let largest = Error::too_large("output-side", "A WebP has at most 16383.", 16_383, 20_000);
        assert_eq!(explain(&largest, &limits), "A WebP has at most 16383");
    }
}
