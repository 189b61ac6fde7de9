//! The command line: what is asked for, and the server's settings. Every setting is a variable and a flag of the same
//! name; flags win.

use std::env;
use std::io::{IsTerminal, stderr};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};
use edgepix_service::{ConfigError, NOT_BUILT};

use crate::cli::Tool;
use crate::settings;

/// A setting: the variable's name, what its value is called, and what it means.
struct Setting {
    name: &'static str,
    value: &'static str,
    help: &'static str,
}

/// Every variable that is built, in the order of `--help`.
const SETTINGS: [Setting; 28] = [
    setting(
        "EDGEPIX_LISTEN",
        "ADDRESS",
        "Address and port to listen on. PORT alone: that port on all addresses [default: 127.0.0.1:3000]",
    ),
    setting("EDGEPIX_PAGE", "0|1", "Show the page at / [default: 1 on loopback, else 0]"),
    setting(
        "EDGEPIX_ORIGIN",
        "URL|FOLDER",
        "Where sources named by a path are read from [default: sample photos]",
    ),
    setting(
        "EDGEPIX_ALLOWED_SOURCES",
        "PATTERNS",
        "Absolute sources to allow, comma-separated: https://*.example.com/photos/ [default: none]",
    ),
    setting("EDGEPIX_ALLOW_PRIVATE", "0|1", "Let absolute sources reach private addresses [default: 0]"),
    setting("EDGEPIX_CACHE_BYTES", "BYTES", "Answers kept in memory; 0 keeps none [default: 67108864]"),
    setting(
        "EDGEPIX_CONCURRENCY",
        "JOBS",
        "Images made at once; four times as many wait [default: the processor's cores]",
    ),
    setting("EDGEPIX_ENGINE", "native|sandbox", "Who makes the images [default: native]"),
    setting(
        "EDGEPIX_COMPONENT",
        "FILE",
        "The sandbox's component [default: image-processor.wasm beside the program, or in dist/]",
    ),
    setting(
        "EDGEPIX_COMPONENT_CACHE",
        "FOLDER",
        "Where the sandbox keeps compiled code; the user's alone [default: none, compiled at each start]",
    ),
    setting("EDGEPIX_FUEL", "COUNT", "Wasm instructions of one call in the sandbox [default: not counted]"),
    setting(
        "EDGEPIX_MEMORY_BUDGET",
        "BYTES",
        "Memory that all jobs together may plan for, one of them half [default: 536870912]",
    ),
    setting("EDGEPIX_MAX_SOURCE_BYTES", "BYTES", "Longest source [default: 33554432]"),
    setting("EDGEPIX_MAX_SOURCE_PIXELS", "PIXELS", "Largest source [default: 120000000]"),
    setting("EDGEPIX_MAX_OUTPUT_SIDE", "PIXELS", "Longest side of a result [default: 8192]"),
    setting("EDGEPIX_MAX_OUTPUT_PIXELS", "PIXELS", "Largest result [default: 50000000]"),
    setting("EDGEPIX_MAX_FRAMES", "FRAMES", "Longest animation [default: 1000]"),
    setting(
        "EDGEPIX_MAX_ANIMATION_PIXELS",
        "PIXELS",
        "Pixels of all frames that a job decodes [default: 250000000]",
    ),
    setting(
        "EDGEPIX_MAX_WORK",
        "INSTRUCTIONS",
        "Instructions that one job may plan for [default: 40000000000]",
    ),
    setting("EDGEPIX_FETCH_TIMEOUT", "SECONDS", "How long the origin may take [default: 10]"),
    setting("EDGEPIX_TIMEOUT", "SECONDS", "How long a request may take [default: 30]"),
    setting("EDGEPIX_TTL_MIN", "SECONDS", "Shortest positive lifetime of an answer [default: 60]"),
    setting("EDGEPIX_TTL_DEFAULT", "SECONDS", "Lifetime where the origin says nothing [default: 86400]"),
    setting("EDGEPIX_TTL_MAX", "SECONDS", "Longest lifetime [default: 31536000]"),
    setting(
        "EDGEPIX_QUALITY",
        "QUALITIES",
        "Quality where the request names none [default: jpeg=80,webp=80,avif=60]",
    ),
    setting(
        "EDGEPIX_EFFORT",
        "EFFORT",
        "How long encoders look for a smaller file where the request names nothing: fast, balanced, small [default: balanced]",
    ),
    setting(
        "EDGEPIX_WIDTHS",
        "WIDTHS",
        "The only output widths answered, in pixels: 320,640,1280 [default: any]",
    ),
    setting("EDGEPIX_LOG", "LEVEL", "Level of the log: off, error, warn, info, debug, trace [default: info]"),
    setting(
        "EDGEPIX_DEBUG",
        "0|1",
        "Tell in Server-Timing how long the parts of an answer took [default: 0]",
    ),
];

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

/// A flag without a variable: it is chosen where the program is started.
const LOG_FORMAT: &str = "log-format";

const fn setting(name: &'static str, value: &'static str, help: &'static str) -> Setting {
    Setting { name, value, help }
}

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
    names.map(|name| setting(name, "…", "Not built yet: refuses to start"))
}

/// The flags of the settings that bound a job.
pub(crate) fn limits() -> impl Iterator<Item = Arg> {
    let limits = SETTINGS.iter().filter(|setting| LIMITS.contains(&setting.name));
    limits.map(|setting| setting.arg().help_heading("Limits"))
}

fn command() -> Command {
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
             To make smaller pictures of files: edgepix resize photo.jpg -w 800 -o small.webp\n\
             To see what a file holds:          edgepix info photo.jpg",
        )
        .args_conflicts_with_subcommands(true)
        .args(arguments())
        .subcommand(
            Command::new("serve").about("Serve images (what is done without a command)").args(arguments()),
        )
        .subcommands(Tool::commands())
}

/// What the program is asked to do.
#[derive(Debug)]
pub enum Task {
    /// To serve images.
    Serve(Arguments),
    /// To work on files.
    Files(Tool),
}

impl Task {
    /// Reads the process's arguments. Ends the process where they are wrong, or ask for help or the version.
    pub fn parse() -> Self {
        Self::of(command().get_matches())
    }

    fn of(matches: ArgMatches) -> Self {
        match matches.subcommand() {
            None => Task::Serve(Arguments(matches)),
            Some((name, inner)) => match Tool::of(name, inner) {
                Some(tool) => Task::Files(tool),
                None => Task::Serve(Arguments(inner.clone())),
            },
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

    /// A sentence that says what is wrong and which setting it is.
    pub fn explain(&self, error: &ConfigError) -> String {
        match error.name {
            "PORT" => error.to_string(),
            name => format!("{name} (--{}) {}", flag(name), error.message),
        }
    }

    /// Variables with our prefix that are not settings: typing errors, most likely. Those that Kubernetes sets for a
    /// service that is called `edgepix` are not reported.
    pub fn unknown_variables(&self) -> Vec<String> {
        let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        names.filter(|name| is_unknown(name)).collect()
    }
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
            Task::Files(tool) => panic!("{tool:?}"),
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
        for name in ["EDGEPIX_ORIGIN", "EDGEPIX_SERVICE_HOST", "EDGEPIX_PORT", "EDGEPIX_PORT_80_TCP", "PATH"]
        {
            assert!(!is_unknown(name), "{name}");
        }
    }
}
