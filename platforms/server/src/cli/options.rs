//! What is asked of an image: flags become the words of the URL, which the service's own parser reads.

use clap::{Arg, ArgMatches};
use edgepix_core::{Error, Kind};
use edgepix_service::Config;
use edgepix_service::params::{Params, parse_query};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Misuse;

/// A parameter of the URL as a flag.
struct Flag {
    /// The name in the URL.
    name: &'static str,
    long: &'static str,
    short: Option<char>,
    value: &'static str,
    help: &'static str,
}

const FLAGS: [Flag; 15] = [
    flag("w", "width", "PIXELS", "Width to fit into; the height follows, where it is not given").short('w'),
    flag("h", "height", "PIXELS", "Height to fit into; the width follows, where it is not given"),
    flag("dpr", "dpr", "RATIO", "Device pixels per pixel, 1 … 4: multiplies width and height"),
    flag("fit", "fit", "FIT", "How width and height are met: inside, outside, cover, contain, fill [default: inside]"),
    flag("enlarge", "enlarge", SWITCH, "Sample small images up [default: 0]"),
    flag(
        "gravity",
        "gravity",
        "WHERE",
        "What --fit cover keeps: center, north, northeast, …, or a focal point 0.3,0.7 [default: center]",
    ),
    flag(
        "crop",
        "crop",
        "X,Y,W,H",
        "The part to use, in pixels of the source, or each with a p for per cent: 10p,10p,50p,50p",
    ),
    flag("rotate", "rotate", "DEGREES", "Turn clockwise: 90, 180, 270"),
    flag("flip", "flip", "FLIP", "Mirror: h, v, hv"),
    flag(
        "bg",
        "bg",
        "COLOUR",
        "Colour behind transparency and around --fit contain: RGB, RRGGBB or RRGGBBAA, without #",
    ),
    flag(
        FORMAT,
        "format",
        "FORMAT",
        "jpeg, png, webp, gif, or auto: PNG where there is transparency, else JPEG [default: what the name of the \
         output says, else the source's own]",
    )
    .short('f'),
    flag("q", "quality", "QUALITY", "Quality of JPEG and WebP, 1 … 100 [default: 80]").short('q'),
    flag("lossless", "lossless", SWITCH, "Lossless WebP [default: 0]"),
    flag("frame", "frame", "NUMBER", "This frame of an animation, from 0"),
    flag("metadata", "metadata", "WHAT", "Metadata to keep: none, copyright, all [default: none]"),
];

/// Parts of the vocabulary that the service does not do yet, and says so.
const LATER: [Flag; 7] = [
    later("trim"),
    later("pad"),
    later("blur"),
    later("sharpen"),
    later("brightness"),
    later("contrast"),
    later("saturation"),
];

const FORMAT: &str = "format";
const SWITCH: &str = "0|1";

const fn flag(name: &'static str, long: &'static str, value: &'static str, help: &'static str) -> Flag {
    Flag { name, long, short: None, value, help }
}

const fn later(name: &'static str) -> Flag {
    flag(name, name, "", "")
}

impl Flag {
    const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    fn arg(&self) -> Arg {
        let arg = Arg::new(self.name).long(self.long).help(self.help).help_heading("Picture");
        let arg = match self.short {
            Some(short) => arg.short(short),
            None => arg,
        };
        match self.value {
            // `--enlarge` stands for `--enlarge=1`.
            SWITCH => arg.value_name(SWITCH).num_args(0..=1).require_equals(true).default_missing_value("1"),
            "" => arg.hide(true).num_args(0..=1).default_missing_value("1"),
            value => arg.value_name(value).allow_negative_numbers(true),
        }
    }
}

/// The flags of `edgepix resize` that say what the picture is to be.
pub(super) fn arguments() -> impl Iterator<Item = Arg> {
    FLAGS.iter().chain(&LATER).map(Flag::arg)
}

/// Reads the flags. The format may come from the output's name, `-o photo.webp`: its extension.
pub(super) fn read(matches: &ArgMatches, from_name: Option<&str>, config: &Config) -> Result<Params, Misuse> {
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let format = from_name.filter(|_| given(FORMAT).is_none());
    let pairs = FLAGS.iter().chain(&LATER).filter_map(|flag| Some((flag.name, given(flag.name)?)));
    let pairs: Vec<_> = pairs
        .chain(format.map(|format| (FORMAT, format)))
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
        .collect();
    parse_query(&pairs.join("&"), config).map_err(|error| {
        let refused_name = format.filter(|_| error.parameter.as_deref() == Some(FORMAT));
        Misuse(match refused_name {
            Some(extension) => format!(
                "-o: no format that is written is called {extension}; name one with --format, or end the output's \
                 name in .jpg, .png, .webp or .gif"
            ),
            None => explain(&error, matches),
        })
    })
}

/// Whether a flag says the format.
pub(super) fn names_format(matches: &ArgMatches) -> bool {
    matches.contains_id(FORMAT)
}

/// An error in the words of the command line: the flag, and what it may be.
fn explain(error: &Error, matches: &ArgMatches) -> String {
    let name = error.parameter.as_deref().unwrap_or_default();
    let flag = FLAGS.iter().chain(&LATER).find(|flag| flag.name == name);
    let given = flag.and_then(|flag| matches.get_one::<String>(flag.name));
    let (Some(flag), Some(given)) = (flag, given) else {
        return error.message.trim_end_matches('.').to_owned();
    };
    let what = format!("--{} {given}", flag.long);
    let allowed = error.allowed.as_deref().unwrap_or_default();
    match error.kind {
        Kind::Unsupported if flag.help.is_empty() => format!("--{}: not built yet", flag.long),
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
    use edgepix_core::Format;

    fn read(arguments: &[&str], from_name: Option<&str>) -> Result<Params, String> {
        let command = clap::Command::new("resize").no_binary_name(true).args(super::arguments());
        let matches = command.try_get_matches_from(arguments).map_err(|error| error.to_string())?;
        super::read(&matches, from_name, &Config::default()).map_err(|Misuse(message)| message)
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
            "--lossless",
            "--frame",
            "0",
            "--metadata",
            "all",
        ];
        let query = "w=10&h=20&dpr=1.5&fit=cover&enlarge=1&gravity=0.3,0.7&crop=10p,10p,50p,50p&rotate=90&flip=hv\
                     &bg=fff&format=webp&q=7&lossless=1&frame=0&metadata=all";
        assert_eq!(read(&flags, None), Ok(parse_query(query, &Config::default()).unwrap()));
        assert_eq!(FLAGS.len(), query.split('&').count());
    }

    #[test]
    fn the_format_is_the_flags_before_the_names() {
        let format = |arguments: &[&str], name| {
            read(arguments, name).map(|params| params.plain_format(false)).map_err(drop)
        };
        assert_eq!(format(&[], Some("png")), Ok(Format::Png));
        assert_eq!(format(&["-f", "gif"], Some("png")), Ok(Format::Gif));
        assert_eq!(format(&["-f", "gif"], Some("tif")), Ok(Format::Gif));
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
