//! The command line: what is asked for, and the server's settings. Every setting is a variable and a flag of the same
//! name; flags win.

use std::env;
use std::io::{IsTerminal, stderr};

use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use edgepix_core::closest;
use edgepix_service::{ConfigError, NOT_BUILT};

use crate::cli::Tool;
use crate::generated::Generated;
use crate::variables::{SETTINGS, Setting};
use crate::{settings, shorthand};

/// The settings that bound a job, wherever its source comes from.
const LIMITS: [&str; 8] = [
    "EDGEPIX_MEMORY_BUDGET",
    "EDGEPIX_MAX_SOURCE_BYTES",
    "EDGEPIX_MAX_SOURCE_PIXELS",
    "EDGEPIX_MAX_OUTPUT_SIDE",
    "EDGEPIX_MAX_OUTPUT_PIXELS",
    "EDGEPIX_MAX_FRAMES",
    "EDGEPIX_MAX_ANIMATION_PIXELS",
    "EDGEPIX_MAX_WORK",
];

const PREFIX: &str = "EDGEPIX_";

/// The command for health checks.
const HEALTH: &str = "health";

/// A flag without a variable: it is chosen where the program is started.
const LOG_FORMAT: &str = "log-format";

/// `EDGEPIX_MAX_FRAMES` → `max-frames`.
fn flag(name: &str) -> String {
    name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase().replace('_', "-")
}

impl Setting {
    fn arg(&self) -> Arg {
        let arg = Arg::new(self.name)
            .long(flag(self.name))
            .env(self.name)
            .hide_env_values(true)
            .value_name(self.value)
            .help(self.help);
        // `--page` stands for `--page=1`.
        if self.value == "0|1" {
            arg.num_args(0..=1).require_equals(true).default_missing_value("1")
        } else {
            arg
        }
    }
}

/// The variables that are known but not built yet: setting one stops the start.
fn not_built() -> impl Iterator<Item = Setting> {
    let names = NOT_BUILT.into_iter().chain(settings::NOT_BUILT);
    names.map(|name| Setting { name, value: "…", example: "", help: "Not built yet: refuses to start" })
}

/// The flags of the settings that bound a job.
pub(crate) fn limits() -> impl Iterator<Item = Arg> {
    let limits = SETTINGS.iter().filter(|setting| LIMITS.contains(&setting.name));
    limits.map(|setting| setting.arg().help_heading("Limits"))
}

/// The program's commands and flags.
pub(crate) fn command() -> Command {
    let arguments = || {
        let formats = PossibleValuesParser::new(["text", "json"]);
        let format = Arg::new(LOG_FORMAT)
            .long(LOG_FORMAT)
            .value_name("FORMAT")
            .value_parser(formats)
            .help("Form of the log [default: text on a terminal, else json]");
        SETTINGS.iter().map(Setting::arg).chain([format]).chain(not_built().map(|setting| setting.arg()))
    };
    Command::new("edgepix")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Resizes and converts images: on request as a server, or files at once")
        .after_help(
            "Every setting is a flag and a variable; flags win, and an empty variable is unset.\n\n\
             Examples:\n  \
             edgepix --origin photos                    serve the images of a folder\n  \
             edgepix photo.jpg -w 800 -o small.webp     make a smaller picture of a file\n  \
             edgepix info photo.jpg                     tell what a file holds",
        )
        .override_usage(
            "edgepix [OPTIONS]                     serve images\n       \
             edgepix [resize] [OPTIONS] <FILE>...  resize files\n       \
             edgepix <COMMAND>",
        )
        .args_conflicts_with_subcommands(true)
        .args(arguments())
        .subcommand(
            Command::new("serve").about("Serve images (the default without a command)").args(arguments()),
        )
        .subcommand(
            Command::new(HEALTH)
                .about("Ask the server on this machine whether it is healthy; the exit code is the answer")
                .args(SETTINGS.iter().filter(|setting| setting.name == "EDGEPIX_LISTEN").map(Setting::arg)),
        )
        .subcommands(Tool::commands())
        .subcommands(Generated::commands())
}

/// What the program is asked to do.
#[derive(Debug)]
pub enum Task {
    /// To serve images.
    Serve(Arguments),
    /// To ask a running server whether it is healthy.
    Health(Arguments),
    /// To work on files.
    Files(Tool),
    /// To print completions or a manual page.
    Generate(Generated),
}

impl Task {
    /// Reads the process's arguments. Ends the process where they are wrong, or ask for help or the version.
    pub fn parse() -> Self {
        let command = command();
        let arguments = shorthand::expand(&command, env::args_os().collect());
        Self::of(command.get_matches_from(arguments))
    }

    fn of(matches: ArgMatches) -> Self {
        match matches.subcommand() {
            None => Task::Serve(Arguments(matches)),
            Some((HEALTH, inner)) => Task::Health(Arguments(inner.clone())),
            Some((name, inner)) => {
                let files = Tool::of(name, inner).map(Task::Files);
                let task = files.or_else(|| Generated::of(name, inner).map(Task::Generate));
                task.unwrap_or_else(|| Task::Serve(Arguments(inner.clone())))
            }
        }
    }
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The flags and variables that the program was started with.
#[derive(Debug)]
pub struct Arguments(pub(crate) ArgMatches);

impl Arguments {
    /// The text that was given for a name, as flag or as variable.
    pub fn lookup(&self, name: &str) -> Option<String> {
        if name == "PORT" {
            return env::var(name).ok();
        }
        self.0.try_get_one::<String>(name).ok().flatten().cloned()
    }

    /// How the log is to be written.
    pub fn log_format(&self) -> LogFormat {
        match self.0.get_one::<String>(LOG_FORMAT).map(String::as_str) {
            Some("text") => LogFormat::Text,
            Some(_) => LogFormat::Json,
            None if stderr().is_terminal() => LogFormat::Text,
            None => LogFormat::Json,
        }
    }

    /// A sentence that says which setting is wrong, what it may be, and an example.
    pub fn explain(&self, error: &ConfigError) -> String {
        let ConfigError { name, message } = error;
        if *name == "PORT" {
            return error.to_string();
        }
        let mut explained = format!("{name} (--{}) {message}", flag(name));
        // What is not built yet has no example.
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == *name) else { return explained };
        // What may hold a secret is not repeated: an origin's password, keys.
        let is_secret = ["EDGEPIX_ORIGIN", "EDGEPIX_SIGNING_KEYS"].contains(name);
        let value = self.lookup(name).filter(|value| !is_secret && !message.contains(value));
        if let Some(value) = value {
            explained += &format!(" It is `{value}`.");
        }
        explained + &format!(" Example: {}", self.example(setting))
    }

    /// A value for a setting, as a flag where the setting was given as one.
    fn example(&self, Setting { name, example, .. }: &Setting) -> String {
        let is_known = self.0.try_contains_id(name).unwrap_or_default();
        match is_known.then(|| self.0.value_source(name)).flatten() {
            Some(ValueSource::CommandLine) => format!("--{}={example}", flag(name)),
            _ => format!("{name}={example}"),
        }
    }

    /// Variables with our prefix that are not settings, each with the setting that is like it: typing errors, most likely.
    /// Those that Kubernetes sets for a service that is called `edgepix` are not reported.
    pub fn unknown_variables(&self) -> Vec<(String, Option<&'static str>)> {
        let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let unknown = names.filter(|name| is_unknown(name));
        unknown
            .map(|name| {
                let meant = meant(&name);
                (name, meant)
            })
            .collect()
    }
}

/// The setting that is most like a name.
fn meant(name: &str) -> Option<&'static str> {
    let known: Vec<_> = SETTINGS.iter().filter_map(|setting| setting.name.strip_prefix(PREFIX)).collect();
    let meant = closest(name.strip_prefix(PREFIX)?, &known, &[])?;
    SETTINGS.iter().map(|setting| setting.name).find(|name| name.strip_prefix(PREFIX) == Some(meant))
}

fn is_unknown(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(PREFIX) else { return false };
    let of_kubernetes = rest.starts_with("SERVICE_") || rest == "PORT" || rest.starts_with("PORT_");
    !of_kubernetes
        && SETTINGS.iter().all(|setting| setting.name != name)
        && not_built().all(|setting| setting.name != name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Arguments {
        match Task::of(command().try_get_matches_from([&["edgepix"], arguments].concat()).unwrap()) {
            Task::Serve(arguments) => arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_command_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn serve_is_what_is_done_without_a_command() {
        for arguments in [&["--origin", "photos"][..], &["serve", "--origin", "photos"]] {
            assert_eq!(parsed(arguments).lookup("EDGEPIX_ORIGIN").as_deref(), Some("photos"));
        }
        assert!(command().try_get_matches_from(["edgepix", "resized"]).is_err());
        assert!(command().try_get_matches_from(["edgepix", "--orign", "photos"]).is_err());
    }

    #[test]
    fn files_have_commands_of_their_own() {
        let task = |arguments: &[&str]| {
            command().try_get_matches_from([&["edgepix"], arguments].concat()).map(Task::of)
        };
        for arguments in [&["resize", "a.jpg", "-w", "8"][..], &["info", "a.jpg"]] {
            assert!(matches!(task(arguments), Ok(Task::Files(_))), "{arguments:?}");
        }
        assert!(task(&["resize"]).is_err() && task(&["info"]).is_err());
    }

    #[test]
    fn switches_need_no_value() {
        assert_eq!(parsed(&["--page"]).lookup("EDGEPIX_PAGE").as_deref(), Some("1"));
        assert_eq!(parsed(&["--page=0"]).lookup("EDGEPIX_PAGE").as_deref(), Some("0"));
    }

    #[test]
    fn names_that_nobody_reads_are_noticed() {
        for name in ["EDGEPIX_ORIGN", "EDGEPIX_", "EDGEPIX_PORTS"] {
            assert!(is_unknown(name), "{name}");
        }
        for (name, known) in [
            ("EDGEPIX_TIMOUT", Some("EDGEPIX_TIMEOUT")),
            ("EDGEPIX_MAX_SOURCE_PIXEL", Some("EDGEPIX_MAX_SOURCE_PIXELS")),
            ("EDGEPIX_NONSENSE", None),
        ] {
            assert_eq!(meant(name), known, "{name}");
        }
        for name in ["EDGEPIX_ORIGIN", "EDGEPIX_SERVICE_HOST", "EDGEPIX_PORT", "EDGEPIX_PORT_80_TCP", "PATH"]
        {
            assert!(!is_unknown(name), "{name}");
        }
    }
}
