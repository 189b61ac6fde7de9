//! What is asked of an image: a flag for each option of the vocabulary, read as URLs are.

use clap::{Arg, ArgMatches};
use edgepix_core::vocabulary::{PARAMETERS, Parameter, Values};
use edgepix_core::{Action, Error, Format, Kind, Limits, Query, Transform};

use super::Misuse;

/// What is asked of every image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) transform: Transform,
    pub(super) format: FormatChoice,
}

/// How the result's format is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatChoice {
    /// It is the source's own: nobody says anything.
    Source,
    /// By whether the source has alpha: `--format auto`.
    Universal,
    /// It is this one, by the flag or by the output's name.
    Named(Format),
}

/// The name of the parameter that the output's name may say too.
const FORMAT: &str = "format";
const SWITCH: &str = "0|1";

/// The options, in the order of the documentation.
fn options() -> impl Iterator<Item = &'static Parameter> {
    PARAMETERS.iter().filter(|parameter| parameter.option.is_some())
}

/// The long flag: the name of URLs, but for those of one letter.
fn long(parameter: &Parameter) -> &'static str {
    match parameter.option {
        Some(option) if parameter.name.len() == 1 => option,
        _ => parameter.name,
    }
}

/// The short flag. `-h` asks for help, as everywhere.
fn short(parameter: &Parameter) -> Option<char> {
    match parameter.name {
        "w" => Some('w'),
        "q" => Some('q'),
        FORMAT => Some('f'),
        _ => None,
    }
}

fn arg(parameter: &Parameter) -> Arg {
    let arg = Arg::new(parameter.name).long(long(parameter)).help_heading("Picture").help(help(parameter));
    let arg = match short(parameter) {
        Some(short) => arg.short(short),
        None => arg,
    };
    match parameter.values {
        // Known, to say that it is not built yet.
        _ if !parameter.is_built() => arg.hide(true).num_args(0..=1).default_missing_value("1"),
        // `--enlarge` stands for `--enlarge=1`.
        Values::Flag => {
            arg.value_name(SWITCH).num_args(0..=1).require_equals(true).default_missing_value("1")
        }
        Values::Side => arg.value_name("PIXELS").allow_negative_numbers(true),
        Values::Numbers(_) | Values::Number(_) | Values::Quality => {
            arg.value_name("NUMBER").allow_negative_numbers(true)
        }
        Values::Crop => arg.value_name("X,Y,W,H").allow_negative_numbers(true),
        _ => arg.value_name(long(parameter).to_uppercase()),
    }
}

/// The parameter's sentence, its values and its default.
fn help(parameter: &Parameter) -> String {
    let sentence = parameter.help.trim_end_matches('.').replace('`', "");
    let default = match parameter.name {
        FORMAT => "what the name of the output says, else the source's own".into(),
        _ => parameter.default_in_urls(),
    };
    let allowed = parameter.allowed(&Limits::default());
    format!("{sentence}: {allowed} [default: {default}]")
}

/// The flags of `edgepix resize` that say what the picture is to be.
pub(super) fn arguments() -> impl Iterator<Item = Arg> {
    options().map(arg)
}

/// Reads the flags. The format may come from the output's name, `-o photo.webp`: its extension.
pub(super) fn read(matches: &ArgMatches, from_name: Option<&str>, limits: &Limits) -> Result<Asked, Misuse> {
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let from_name = from_name.filter(|_| given(FORMAT).is_none());
    let flags = options().filter_map(|parameter| Some((parameter.name, given(parameter.name)?)));
    let pairs = flags.chain(from_name.map(|format| (FORMAT, format)));
    let transform =
        Query::from_pairs(pairs, Action::Transform, limits).and_then(|query| query.transform(limits));
    let transform = transform.map_err(|error| {
        let refused_name = from_name.filter(|_| error.parameter.as_deref() == Some(FORMAT));
        Misuse(match refused_name {
            Some(extension) => format!(
                "-o: no format that is written is called {extension}; name one with --format, or end the output's \
                 name in {}",
                extensions()
            ),
            None => explain(&error, matches),
        })
    })?;
    let format = match transform.format() {
        Some(format) => FormatChoice::Named(format),
        None if given(FORMAT).is_some() => FormatChoice::Universal,
        None => FormatChoice::Source,
    };
    Ok(Asked { transform, format })
}

/// `.jpg, .png or .webp`.
fn extensions() -> String {
    let mut extensions: Vec<_> = Format::outputs().map(|format| format!(".{}", format.extension())).collect();
    let last = extensions.pop().unwrap_or_default();
    format!("{} or {last}", extensions.join(", "))
}

/// An error in the words of the command line: the flag, and what it may be.
fn explain(error: &Error, matches: &ArgMatches) -> String {
    let parameter = options().find(|parameter| error.parameter.as_deref() == Some(parameter.name));
    let given = parameter.and_then(|parameter| matches.get_one::<String>(parameter.name));
    let (Some(parameter), Some(given)) = (parameter, given) else {
        return error.message.trim_end_matches('.').to_owned();
    };
    let flag = long(parameter);
    let what = format!("--{flag} {given}");
    let allowed = error.allowed.as_deref().unwrap_or_default();
    match error.kind {
        Kind::Unsupported if !parameter.is_built() => format!("--{flag}: not built yet"),
        Kind::Unsupported => format!("{what}: not built yet; it may be {allowed}"),
        _ => match closest(given, allowed) {
            Some(meant) => format!("{what}: did you mean {meant}? It may be {allowed}"),
            None => format!("{what}: it must be {allowed}"),
        },
    }
}

/// The word of a list that was meant, if it is like any.
fn closest<'a>(given: &str, allowed: &'a str) -> Option<&'a str> {
    let words = allowed.split(", ").filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
    edgepix_core::closest(given, &words.collect::<Vec<_>>(), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str], from_name: Option<&str>) -> Result<Asked, String> {
        let command = clap::Command::new("resize").no_binary_name(true).args(super::arguments());
        let matches = command.try_get_matches_from(arguments).map_err(|error| error.to_string())?;
        super::read(&matches, from_name, &Limits::default()).map_err(|Misuse(message)| message)
    }

    #[test]
    fn flags_are_the_url_in_long() {
        let flags = [
            "-w",
            "10",
            "--height",
            "20",
            "--dpr",
            "1.5",
            "--fit",
            "cover",
            "--enlarge",
            "--gravity",
            "0.3,0.7",
            "--crop",
            "10p,10p,50p,50p",
            "--rotate",
            "90",
            "--flip",
            "hv",
            "--bg",
            "fff",
            "-f",
            "webp",
            "-q",
            "7",
            "--effort",
            "small",
            "--lossless",
            "--frame",
            "0",
            "--metadata",
            "all",
            "--profile",
            "keep",
        ];
        let query = "w=10&h=20&dpr=1.5&fit=cover&enlarge=1&gravity=0.3,0.7&crop=10p,10p,50p,50p&rotate=90&flip=hv\
                     &bg=fff&format=webp&q=7&effort=small&lossless=1&frame=0&metadata=all&profile=keep";
        let limits = Limits::default();
        let read_of_url =
            Query::parse(query, Action::Transform, &limits).and_then(|query| query.transform(&limits));
        assert_eq!(read(&flags, None).map(|asked| asked.transform), Ok(read_of_url.unwrap()));
        assert_eq!(options().filter(|parameter| parameter.is_built()).count(), query.split('&').count());
    }

    #[test]
    fn the_guide_names_every_flag() {
        let guide = include_str!("../../README.md");
        for parameter in options().filter(|parameter| parameter.is_built()) {
            let short = short(parameter).map_or(String::new(), |short| format!(", `-{short}`"));
            let cells = format!("| `--{}`{short} | `{}` |", long(parameter), parameter.name);
            assert!(guide.contains(&cells), "{cells}");
        }
    }

    #[test]
    fn the_format_is_the_flags_before_the_names() {
        let format = |arguments: &[&str], name| read(arguments, name).map(|asked| asked.format);
        assert_eq!(format(&[], Some("png")), Ok(FormatChoice::Named(Format::Png)));
        assert_eq!(format(&["-f", "gif"], Some("png")), Ok(FormatChoice::Named(Format::Gif)));
        assert_eq!(format(&["-f", "gif"], Some("tif")), Ok(FormatChoice::Named(Format::Gif)));
        assert_eq!(format(&["-f", "auto"], Some("png")), Ok(FormatChoice::Universal));
        assert_eq!(format(&[], None), Ok(FormatChoice::Source));
        let message = read(&[], Some("tif")).unwrap_err();
        assert!(
            message.contains("-o") && message.contains("tif") && message.contains("--format"),
            "{message}"
        );
    }

    #[test]
    fn errors_name_the_flag_and_what_was_meant() {
        for (arguments, parts) in [
            (&["--fit", "covr"][..], &["--fit covr", "did you mean cover?", "outside"][..]),
            (&["--fit", "Cover"], &["did you mean cover?"]),
            (&["--width", "0"], &["--width 0", "1 … 8192"]),
            (&["-w", "-5"], &["--width -5", "1 … 8192"]),
            (&["-q", "101"], &["--quality 101", "1 … 100"]),
            (&["--format", "wepb"], &["--format wepb", "did you mean webp?"]),
            (&["--format", "avif"], &["--format avif", "not built yet", "webp"]),
            (&["--gravity", "smart"], &["--gravity smart", "not built yet"]),
            (&["--blur", "3"], &["--blur", "not built yet"]),
            (&["--bg", "#fff"], &["--bg #fff", "without #"]),
            (&["--rotate", "-90"], &["--rotate -90", "90, 180, 270"]),
            (&["--enlarge=yes"], &["--enlarge yes", "0, 1"]),
            (&["--metadata", ""], &["--metadata", "none, copyright, all"]),
            (&["-w", "8192", "--dpr", "2"], &["16384", "8192"]),
            (&["--widht", "8"], &["--widht", "--width"]),
        ] {
            let message = read(arguments, None).unwrap_err();
            for part in parts {
                assert!(message.contains(part), "{part}: {message}");
            }
        }
    }
}
