//! `edgepix info`: shows what the headers of images say, as text or as JSON.

use std::borrow::Cow;
use std::io::{self, Write, stdout};

use clap::{Arg, ArgAction, ArgMatches, Command};
use edgepix_core::{Format, Metadata, Orientation};
use serde::Serialize;

use super::inputs::{self, Input, Opened};
use super::{Failure, Outcome, RECURSIVE, UsageError, human_size, input_arguments, input_paths, limits};

pub(super) const NAME: &str = "info";

const JSON: &str = "json";

pub(super) fn command() -> Command {
    let json = Arg::new(JSON)
        .long(JSON)
        .action(ArgAction::SetTrue)
        .help("One JSON object a line: `file`, and the names that /info/ answers");
    Command::new(NAME)
        .about("Tell size, format, orientation, profile and more of image files")
        .override_usage("edgepix info [OPTIONS] <FILE>...")
        .args(input_arguments())
        .arg(json)
        .args(limits::for_headers())
        .after_help(
            "Examples:\n  \
             edgepix info photo.jpg\n  \
             edgepix info photos --recursive --json | jq -r 'select(.width > 4000) | .file'\n\n\
             Width and height are those of the upright image. Exit codes: 0 all read, 1 some failed, 2 wrong usage.",
        )
}

pub(super) fn run(matches: &ArgMatches) -> Result<Outcome, UsageError> {
    let config = limits::read(matches)?;
    let inputs = inputs::find(&input_paths(matches), matches.get_flag(RECURSIVE), None);
    inputs::check_stdin(&inputs)?;
    let mut done = Outcome::Complete;
    let mut described = Vec::new();
    for input in inputs {
        let read = input.and_then(|input| {
            let failure = |reason| Failure { name: input.name(), reason };
            let bytes = input.open(&config.limits).and_then(Opened::read).map_err(failure)?;
            let metadata = edgepix_core::metadata(&bytes);
            let metadata = metadata.map_err(|error| failure(error.message.into_owned()))?;
            Ok((input, metadata))
        });
        let printed = match read {
            Ok((input, metadata)) if matches.get_flag(JSON) => print(&json(&input, &metadata)),
            Ok((input, metadata)) => {
                described.push((input.name(), metadata));
                Ok(())
            }
            Err(failure) => {
                failure.print();
                done = Outcome::Partial;
                Ok(())
            }
        };
        // Nobody reads any more: `edgepix info … | head`.
        if printed.is_err() {
            return Ok(done);
        }
    }
    let text = match described.as_slice() {
        [] => return Ok(done),
        [(name, metadata)] => facts(name, metadata),
        many => table(many),
    };
    // As above.
    let _ = print(&text);
    Ok(done)
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn json(input: &Input, metadata: &Metadata) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        file: Cow<'a, str>,
        #[serde(flatten)]
        metadata: &'a Metadata,
    }
    let file = match input {
        Input::Stdin => input.name().into(),
        Input::File { path, .. } => path.to_string_lossy(),
    };
    let line = Line { file, metadata };
    serde_json::to_string(&line).unwrap_or_default() + "\n"
}

/// One image: a line for each fact.
fn facts(name: &str, metadata: &Metadata) -> String {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let millions = f64::from(metadata.width) * f64::from(metadata.height) / 1e6;
    let megapixels = if millions < 0.1 { String::new() } else { format!(" ({millions:.1} megapixels)") };
    let facts = [
        ("Size", format!("{} × {} pixels{megapixels}", metadata.width, metadata.height)),
        ("Format", format_name(metadata)),
        ("File", format!("{} ({} bytes)", human_size(metadata.size_bytes), metadata.size_bytes)),
        ("Orientation", format!("{} ({})", metadata.orientation.exif(), orientation(metadata.orientation))),
        ("Frames", metadata.frames.to_string()),
        ("Alpha", yes_no(metadata.has_alpha)),
        ("Depth", format!("{} bits a channel", metadata.bit_depth)),
        ("Profile", profile(metadata)),
    ];
    let mut text = format!("{name}\n");
    for (fact, value) in facts {
        text.push_str(&format!("  {fact:<13}{value}\n"));
    }
    text
}

/// The profile's name, and why it is ignored, where it is.
fn profile(metadata: &Metadata) -> String {
    let name = metadata.profile.as_deref().unwrap_or("none");
    match metadata.profile_ignored {
        Some(fault) => format!("{name} (ignored: {fault})"),
        None => name.to_owned(),
    }
}

/// Several images: a row for each.
fn table(images: &[(String, Metadata)]) -> String {
    let mut rows = vec![
        ["FILE", "WIDTH", "HEIGHT", "FORMAT", "SIZE", "ORIENTATION", "FRAMES", "ALPHA", "DEPTH", "PROFILE"]
            .map(str::to_owned),
    ];
    for (name, metadata) in images {
        rows.push([
            name.clone(),
            metadata.width.to_string(),
            metadata.height.to_string(),
            format_name(metadata),
            human_size(metadata.size_bytes),
            metadata.orientation.exif().to_string(),
            metadata.frames.to_string(),
            if metadata.has_alpha { "yes" } else { "no" }.to_owned(),
            metadata.bit_depth.to_string(),
            metadata.profile.clone().unwrap_or_else(|| "none".to_owned()),
        ]);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<_> = (0..rows[0].len()).map(width).collect();
    // Numbers are aligned to the right.
    let right = [false, true, true, false, true, true, true, false, true, false];
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).zip(right).map(|((cell, &width), right)| match right {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn format_name(metadata: &Metadata) -> String {
    let name = metadata.format.name();
    match metadata.format {
        _ if !metadata.progressive => name.to_owned(),
        Format::Jpeg => format!("{name} (progressive)"),
        _ => format!("{name} (interlaced)"),
    }
}

/// How the stored image is turned to be upright.
fn orientation(orientation: Orientation) -> &'static str {
    match orientation.exif() {
        2 => "mirrored left to right",
        3 => "turned by 180°",
        4 => "mirrored top to bottom",
        5 => "mirrored, and turned by 270°",
        6 => "turned by 90°",
        7 => "mirrored, and turned by 90°",
        8 => "turned by 270°",
        _ => "upright",
    }
}
