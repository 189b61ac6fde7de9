//! Our encoders beside the peers': bytes at equal SSIMULACRA2, and time, over photos and graphics.
//!
//! Every encoder is given the same pictures, at their own size: ours and sharp as PNG without compression, libwebp as
//! pixels. At one quality all take turns, and the medians of their times are compared. What is scored is decoded by the
//! `image` crate, and transparent pixels are seen over white.

mod chart;
mod encoders;
mod report;

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use self::encoders::{Encoder, Node, Source, TIMED, WORKS, Work};
use crate::quality::Reference;
use crate::{median, product, root, write};

#[derive(Args)]
pub(crate) struct Options {
    /// The folder with the folders `photos` and `graphics` of PNGs.
    #[arg(long)]
    pictures: PathBuf,
    /// The peers' packages.
    #[arg(long)]
    node_modules: PathBuf,
    /// How often each encoder is timed.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The one work that is measured.
    #[arg(long)]
    only: Option<String>,
}

/// The kinds of pictures, as their folders are called.
pub(crate) const KINDS: [&str; 2] = ["photos", "graphics"];

/// What one encoder made of one picture.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) work: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) picture: String,
    pub(crate) encoder: &'static str,
    pixels: f64,
    /// By quality.
    pub(crate) points: Vec<Point>,
    /// Medians at quality 80: of native code on one thread, and of ours in V8.
    pub(crate) ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ms_v8: Option<f64>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Point {
    #[serde(skip_serializing_if = "Option::is_none")]
    quality: Option<u8>,
    pub(crate) bytes: f64,
    pub(crate) ssimulacra2: f64,
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let works: Vec<_> =
        WORKS.iter().filter(|work| options.only.as_deref().is_none_or(|only| work.name == only)).collect();
    if works.is_empty() {
        let names: Vec<_> = WORKS.iter().map(|work| work.name).collect();
        return Err(format!("--only names no work; they are: {}", names.join(", ")));
    }
    let folder = product("bench/codecs");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut node = Node::start(&options.node_modules, folder.join("output"))?;
    let mut rows = Vec::new();
    for work in &works {
        for kind in KINDS {
            let pictures = pictures(&options.pictures.join(kind))?;
            let mut new = Vec::new();
            for (at, picture) in pictures.iter().enumerate() {
                eprint!("\r  {} {kind}: {} of {}\x1b[K", work.name, at + 1, pictures.len());
                new.extend(measure(work, kind, picture, options.rounds, &mut node)?);
            }
            eprintln!();
            report::table(work, kind, &new);
            rows.extend(new);
            // What was measured is not lost if the next work cannot be.
            let text = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
            write(&product("bench/codecs.json"), &format!("{text}\n"))?;
        }
    }
    if works.len() == WORKS.len() {
        write(&root().join("docs/bench-codecs.svg"), &chart::svg(&rows))?;
    }
    Ok(())
}

fn pictures(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "png"));
    paths.sort();
    Ok(paths)
}

fn measure(
    work: &Work,
    kind: &'static str,
    picture: &Path,
    rounds: usize,
    node: &mut Node,
) -> Result<Vec<Row>, String> {
    let source = Source::read(picture)?;
    let name = picture.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let failed = |encoder: &Encoder, error| format!("{}, {name}: {error}", encoder.name);
    let mut reference = Reference::of(picture)?;
    let mut rows = Vec::new();
    for encoder in work.encoders {
        let qualities: Vec<_> = match work.qualities {
            [] => vec![None],
            some => some.iter().copied().map(Some).collect(),
        };
        let mut points = Vec::new();
        for quality in qualities {
            let (file, _) = encoder.encode(&source, quality, node).map_err(|error| failed(encoder, error))?;
            let (_, _, ssimulacra2) = reference.score(&file).map_err(|error| failed(encoder, error))?;
            points.push(Point { quality, bytes: file.len() as f64, ssimulacra2 });
        }
        rows.push(Row {
            work: work.name,
            kind,
            picture: name.clone(),
            encoder: encoder.name,
            pixels: source.pixels(),
            points,
            ms: f64::NAN,
            ms_v8: None,
        });
    }
    let timed = Some(TIMED).filter(|_| !work.qualities.is_empty());
    let mut times = vec![(Vec::new(), Vec::new()); work.encoders.len()];
    for _ in 0..rounds {
        for (encoder, (native, v8)) in work.encoders.iter().zip(&mut times) {
            let (file, ms) = encoder.encode(&source, timed, node).map_err(|error| failed(encoder, error))?;
            native.push(ms);
            let in_v8 = encoder.encode_in_v8(&source, timed, node).map_err(|error| failed(encoder, error))?;
            if let Some((same, ms)) = in_v8 {
                if same != file {
                    return Err(failed(encoder, "V8 gives other bytes than native code".to_owned()));
                }
                v8.push(ms);
            }
        }
    }
    for (row, (native, v8)) in rows.iter_mut().zip(times) {
        row.ms = median(&native);
        row.ms_v8 = Some(median(&v8)).filter(|ms| ms.is_finite());
    }
    Ok(rows)
}
