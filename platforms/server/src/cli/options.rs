//! The flags for the picture: one for each option of the vocabulary, parsed as in a URL. In addition there may be several
//! widths and formats, and sides may be given in per cent of the source's.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, ArgMatches, Command};
use edgepix_core::vocabulary::{PARAMETERS, Parameter, Values};
use edgepix_core::{Action, Error, Format, Kind, Length, Limits, Percent, Query};

use super::UsageError;
use super::variants::{FormatChoice, Variant};

/// The flag that names several widths at once.
pub(super) const WIDTHS: &str = "widths";

/// The parameters for which flags allow more than URLs do.
const WIDTH: &str = "w";
const HEIGHT: &str = "h";
const FORMAT: &str = "format";
const SWITCH: &str = "0|1";

/// The flags.
pub(super) fn arguments() -> impl Iterator<Item = Arg> {
    options().flat_map(|parameter| {
        let widths = (parameter.name == WIDTH).then(widths_arg);
        [arg(parameter)].into_iter().chain(widths)
    })
}

/// Reads the flags: the variants to make of each source, at least one. `extension` is that of the output file, which names
/// the format if `--format` does not.
pub(super) fn read(
    matches: &ArgMatches,
    extension: Option<&str>,
    limits: &Limits,
) -> Result<Vec<Variant>, UsageError> {
    let given = |parameter: &'static Parameter| {
        let value = matches.get_one::<String>(parameter.name)?;
        Some(Flag { parameter, written: format!("--{}", long(parameter)), value })
    };
    let mut flags: Vec<_> = options().filter_map(given).collect();
    let formats = match matches.get_one::<String>(FORMAT) {
        Some(list) => alternatives(&mut flags, FORMAT, "--format", list.split(',')),
        None => alternatives(&mut flags, FORMAT, "-o", extension),
    };
    let widths = matches.get_one::<String>(WIDTHS).map(|list| list.split(','));
    let widths = alternatives(&mut flags, WIDTH, "--widths", widths.into_iter().flatten());
    let mut results = Vec::new();
    for width in &widths {
        for format in &formats {
            let flags = flags.iter().chain(width).chain(format);
            let variant = variant(flags.collect(), limits)?;
            if !results.contains(&variant) {
                results.push(variant);
            }
        }
    }
    Ok(results)
}

/// Whether no flag is given, so that the result would be the same picture.
pub(super) fn none_given(matches: &ArgMatches) -> bool {
    options().all(|parameter| !matches.contains_id(parameter.name)) && !matches.contains_id(WIDTHS)
}

/// A flag that was given, or one value of a flag with a list.
#[derive(Clone, Debug)]
struct Flag<'a> {
    parameter: &'static Parameter,
    /// The flag as the user knows it: `--width`.
    written: String,
    value: &'a str,
}

/// The values of a parameter that may have several, each as a flag of its own, removed from the other flags. Without any
/// value: one alternative, which is to leave the parameter out.
fn alternatives<'a>(
    flags: &mut Vec<Flag<'a>>,
    name: &str,
    written: &str,
    values: impl IntoIterator<Item = &'a str>,
) -> Vec<Option<Flag<'a>>> {
    let mut values = values.into_iter().peekable();
    let Some(parameter) = options().find(|parameter| parameter.name == name) else { return vec![None] };
    if values.peek().is_none() {
        return vec![None];
    }
    flags.retain(|flag| flag.parameter.name != name);
    values.map(|value| Some(Flag { parameter, written: written.to_owned(), value })).collect()
}

fn variant(flags: Vec<&Flag>, limits: &Limits) -> Result<Variant, UsageError> {
    let (mut width, mut height, mut format) = (None, None, FormatChoice::Source);
    let mut pairs = Vec::new();
    for flag in &flags {
        match flag.parameter.name {
            WIDTH if is_percent(flag.value) => width = Some(percent(flag)?),
            HEIGHT if is_percent(flag.value) => height = Some(percent(flag)?),
            name => pairs.push((name, flag.value)),
        }
        if flag.parameter.name == FORMAT {
            format = FormatChoice::Universal;
        }
    }
    let transform = Query::from_pairs(pairs, Action::Transform, limits)
        .and_then(|query| query.transform(limits))
        .map_err(|error| UsageError(explain(&error, &flags)))?;
    if let Some(named) = transform.format() {
        format = FormatChoice::Named(named);
    }
    Ok(Variant { transform, width, height, format })
}

/// Whether a side is given in per cent of the source's: `50%`.
fn is_percent(value: &str) -> bool {
    value.ends_with('%')
}

fn percent(flag: &Flag) -> Result<Percent, UsageError> {
    // The core reads per cent as in the crop of a URL, with a `p`.
    match flag.value.replace('%', "p").parse() {
        Ok(Length::Percent(percent)) if percent.get() > 0.0 => Ok(percent),
        _ => Err(UsageError(format!(
            "{} {}: per cent of the source's own size are more than 0% and at most 100%; to enlarge, name \
             pixels and --enlarge",
            flag.written, flag.value
        ))),
    }
}

/// The options, in the order of the documentation.
fn options() -> impl Iterator<Item = &'static Parameter> {
    PARAMETERS.iter().filter(|parameter| parameter.option.is_some())
}

/// The long flag: the name in URLs, or the name in programs if that in URLs is one letter.
fn long(parameter: &Parameter) -> &'static str {
    match parameter.option {
        Some(option) if parameter.name.len() == 1 => option,
        _ => parameter.name,
    }
}

/// The short flag.
fn short(parameter: &Parameter) -> Option<char> {
    match parameter.name {
        WIDTH => Some('w'),
        HEIGHT => Some('h'),
        "q" => Some('q'),
        FORMAT => Some('f'),
        _ => None,
    }
}

fn arg(parameter: &Parameter) -> Arg {
    let arg = Arg::new(parameter.name)
        .long(long(parameter))
        .help_heading(HEADING)
        .help(help(parameter))
        .hide_possible_values(true);
    let arg = match short(parameter) {
        Some(short) => arg.short(short),
        None => arg,
    };
    match parameter.values {
        // It is known, so that the error can say that it is not built yet.
        _ if !parameter.is_built() => arg.hide(true).num_args(0..=1).default_missing_value("1"),
        // `--enlarge` stands for `--enlarge=1`.
        Values::Flag => {
            arg.value_name(SWITCH).num_args(0..=1).require_equals(true).default_missing_value("1")
        }
        Values::Side => arg.value_name("PIXELS|PERCENT%").allow_negative_numbers(true),
        Values::Numbers(words) => {
            arg.value_name("NUMBER").allow_negative_numbers(true).value_parser(Suggested(words.to_vec()))
        }
        Values::Number(_) | Values::Quality => arg.value_name("NUMBER").allow_negative_numbers(true),
        Values::Crop => arg.value_name("X,Y,W,H").allow_negative_numbers(true),
        Values::Format => {
            let names = Format::outputs().map(|format| format.name());
            arg.value_name("FORMATS").value_parser(Suggested(names.chain(["auto"]).collect()))
        }
        Values::Words(words) => {
            arg.value_name(long(parameter).to_uppercase()).value_parser(Suggested(words.to_vec()))
        }
        _ => arg.value_name(long(parameter).to_uppercase()),
    }
}

fn widths_arg() -> Arg {
    Arg::new(WIDTHS)
        .long(WIDTHS)
        .value_name("WIDTHS")
        .help_heading(HEADING)
        .allow_negative_numbers(true)
        .conflicts_with(WIDTH)
        .help("Several widths, one file each, with the width in its name: 320,640,1280")
}

const HEADING: &str = "Picture";

/// The parameter's sentence, its values and its default.
fn help(parameter: &Parameter) -> String {
    let sentence = parameter.help.trim_end_matches('.').replace('`', "");
    let values = match parameter.values {
        // The name of the value says so already.
        Values::Flag => String::new(),
        _ => format!(" [values: {}]", allowed(parameter, &parameter.allowed(&Limits::default()))),
    };
    let default = match parameter.name {
        FORMAT => "what the name of the output says, else the source's own".into(),
        _ => parameter.default_in_urls(),
    };
    format!("{sentence}{values} [default: {default}]")
}

/// What a flag may be: `in_urls`, and what only flags may be.
fn allowed(parameter: &Parameter, in_urls: &str) -> String {
    match parameter.values {
        Values::Side => format!("{in_urls}, or per cent of the source's own: 50%"),
        Values::Format => format!("{in_urls}; or several, separated by commas"),
        _ => in_urls.to_owned(),
    }
}

/// `.jpg, .png or .webp`.
fn extensions() -> String {
    let mut extensions: Vec<_> = Format::outputs().map(|format| format!(".{}", format.extension())).collect();
    let last = extensions.pop().unwrap_or_default();
    format!("{} or {last}", extensions.join(", "))
}

/// The message of an error, with the flag instead of the parameter, and what it may be.
fn explain(error: &Error, flags: &[&Flag]) -> String {
    let wrong = flags.iter().find(|flag| error.parameter.as_deref() == Some(flag.parameter.name));
    let Some(Flag { parameter, written, value }) = wrong else {
        return error.message.trim_end_matches('.').to_owned();
    };
    if written == "-o" {
        let extensions = extensions();
        return format!(
            "-o: no format that is written is called {value}; name one with --format, or end the output's name in \
             {extensions}"
        );
    }
    let what = if value.is_empty() { format!("{written} \"\"") } else { format!("{written} {value}") };
    let in_urls = error.allowed.as_deref().unwrap_or_default();
    let allowed = allowed(parameter, in_urls);
    match error.kind {
        Kind::Unsupported if !parameter.is_built() => format!("{written}: not built yet"),
        Kind::Unsupported => format!("{what}: not built yet; it may be {allowed}"),
        _ => match closest(value, in_urls) {
            Some(meant) => format!("{what}: did you mean {meant}? It may be {allowed}"),
            None => format!("{what}: it must be {allowed}"),
        },
    }
}

/// The word of the list that is most similar, if any is.
fn closest<'a>(given: &str, allowed: &'a str) -> Option<&'a str> {
    let words = allowed.split(", ").filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
    edgepix_core::closest(given, &words.collect::<Vec<_>>(), &[])
}

/// A parser that takes any text, and names some for completions. The core refuses the others with better messages than
/// clap's.
#[derive(Clone, Debug)]
struct Suggested(Vec<&'static str>);

impl TypedValueParser for Suggested {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str], extension: Option<&str>) -> Result<Vec<Variant>, String> {
        let command = Command::new("resize").no_binary_name(true).disable_help_flag(true);
        let command = command.args(super::arguments());
        let matches = command.try_get_matches_from(arguments).map_err(|error| error.to_string())?;
        super::read(&matches, extension, &Limits::default()).map_err(|UsageError(message)| message)
    }

    /// The only variant.
    fn one(arguments: &[&str], extension: Option<&str>) -> Variant {
        let variants = read(arguments, extension).unwrap();
        assert_eq!(variants.len(), 1, "{arguments:?}");
        variants[0].clone()
    }

    #[test]
    fn flags_are_the_url_in_long() {
        let flags = "-w 10 -h 20 --dpr 1.5 --fit cover --enlarge --gravity 0.3,0.7 --crop 10p,10p,50p,50p --rotate 90 \
                     --flip hv --bg fff -f webp -q 7 --effort small --lossless --frame 0 --metadata all --profile keep";
        let flags: Vec<_> = flags.split_whitespace().collect();
        let query = "w=10&h=20&dpr=1.5&fit=cover&enlarge=1&gravity=0.3,0.7&crop=10p,10p,50p,50p&rotate=90&flip=hv\
                     &bg=fff&format=webp&q=7&effort=small&lossless=1&frame=0&metadata=all&profile=keep";
        let limits = Limits::default();
        let read_of_url =
            Query::parse(query, Action::Transform, &limits).and_then(|query| query.transform(&limits));
        assert_eq!(one(&flags, None).transform, read_of_url.unwrap());
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
        let format = |arguments: &[&str], name| one(arguments, name).format;
        assert_eq!(format(&[], Some("png")), FormatChoice::Named(Format::Png));
        assert_eq!(format(&["-f", "gif"], Some("png")), FormatChoice::Named(Format::Gif));
        assert_eq!(format(&["-f", "gif"], Some("tif")), FormatChoice::Named(Format::Gif));
        assert_eq!(format(&["-f", "auto"], Some("png")), FormatChoice::Universal);
        assert_eq!(format(&[], None), FormatChoice::Source);
        let message = read(&[], Some("tif")).unwrap_err();
        assert!(
            message.contains("-o") && message.contains("tif") && message.contains("--format"),
            "{message}"
        );
    }

    #[test]
    fn lists_are_all_widths_in_all_formats_each_once() {
        let results = |arguments: &[&str]| -> Vec<_> {
            let width = |variant: &Variant| variant.transform.width().map(u32::from);
            read(arguments, None).unwrap().iter().map(|variant| (width(variant), variant.format)).collect()
        };
        let (webp, jpeg) = (FormatChoice::Named(Format::Webp), FormatChoice::Named(Format::Jpeg));
        assert_eq!(
            results(&["--widths", "320,640,320", "-f", "webp,jpg,jpeg"]),
            [(Some(320), webp), (Some(320), jpeg), (Some(640), webp), (Some(640), jpeg)]
        );
        assert_eq!(
            results(&["-w", "8", "-f", "webp,auto"]),
            [(Some(8), webp), (Some(8), FormatChoice::Universal)]
        );
        assert_eq!(results(&["--widths", "8", "-h", "9"]), [(Some(8), FormatChoice::Source)]);
    }

    #[test]
    fn sides_may_be_in_per_cent() {
        let percent = |value| Percent::new(value);
        let half = one(&["-w", "50%", "-h", "12.5%"], None);
        assert_eq!((half.width, half.height), (percent(50.0), percent(12.5)));
        assert_eq!((half.transform.width(), half.transform.height()), (None, None));
        let widths = read(&["--widths", "25%,320"], None).unwrap();
        assert_eq!((widths[0].width, widths[1].width), (percent(25.0), None));
        assert_eq!(widths[1].transform.width().map(u32::from), Some(320));
    }

    #[test]
    fn errors_name_the_flag_and_what_was_meant() {
        for (arguments, parts) in [
            (&["--fit", "covr"][..], &["--fit covr", "did you mean cover?", "outside"][..]),
            (&["--fit", "Cover"], &["did you mean cover?"]),
            (&["--width", "0"], &["--width 0", "1 … 8192"]),
            (&["-w", "-5"], &["--width -5", "1 … 8192", "50%"]),
            (&["-h", "-5"], &["--height -5", "1 … 8192"]),
            (&["-w", "0%"], &["--width 0%", "more than 0%"]),
            (&["-h", "200%"], &["--height 200%", "at most 100%", "--enlarge"]),
            (&["-w", "%"], &["--width %", "100%"]),
            (&["-w", "5%%"], &["--width 5%%", "100%"]),
            (&["-w", "300px"], &["--width 300px", "1 … 8192"]),
            (&["--widths", "320,9000"], &["--widths 9000", "1 … 8192"]),
            (&["--widths", "320,,640"], &["--widths \"\"", "1 … 8192"]),
            (&["--widths", "320", "-w", "8"], &["--widths", "--width"]),
            (&["--format", "webp,jpge"], &["--format jpge", "did you mean jpeg?", "commas"]),
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
