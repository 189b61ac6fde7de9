//! The same work on every system, in one run.
//!
//! Every system has a process of its own, which lives as long as the work does; all run on the same core, and only one
//! at any time: they alternate strictly.

use std::path::{Path, PathBuf};

use clap::Args;
use edgepix_bench_worker::Job;
use edgepix_core::Format;
use serde::Serialize;

use crate::quality::Reference;
use crate::worker::{Run, SYSTEMS, Worker};
use crate::{chart, median, product, read, root, write};

/// Time that a work's rounds may take, in milliseconds, where there are more than [`FEW`].
const BUDGET: f64 = 60_000.0;
/// Rounds that there are at least.
const FEW: usize = 5;

/// sharp's qualities, between whose outputs it is read off what sharp would reach at another one's bytes.
const QUALITIES: [u8; 8] = [55, 62, 68, 74, 80, 85, 89, 93];

#[derive(Args)]
pub(crate) struct Options {
    /// The folder of the pictures.
    #[arg(long)]
    pictures: PathBuf,
    /// The peers' packages.
    #[arg(long)]
    pub(crate) node_modules: PathBuf,
    /// The native worker.
    #[arg(long)]
    pub(crate) native: Option<PathBuf>,
    /// The native worker for machines with AVX2.
    #[arg(long)]
    pub(crate) native_v3: Option<PathBuf>,
    /// The core that all are pinned to; says what the report says, pins nothing.
    #[arg(long)]
    core: Option<u32>,
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    #[arg(long)]
    only: Option<String>,
    #[arg(long, value_delimiter = ',')]
    systems: Vec<String>,
}

/// A work, as it is named in reports.
pub(crate) struct Work {
    pub(crate) name: &'static str,
    source: &'static str,
    height: Option<u32>,
    format: Format,
    /// Its place on the charts.
    pub(crate) megapixels: Option<(f64, &'static str)>,
}

pub(crate) const WORKS: [Work; 7] = [
    Work { height: None, ..jpeg("jpeg-6mp", Some((6.3, "6"))) },
    jpeg("jpeg-12mp", None),
    jpeg("jpeg-12mp-dense", Some((12.2, "12"))),
    jpeg("jpeg-24mp-progressive", Some((24.0, "24, progressive"))),
    jpeg("jpeg-100mp", Some((99.9, "100"))),
    Work { source: "png", format: Format::Png, ..jpeg("png-24mp-rgba", None) },
    Work { source: "png", ..jpeg("png-24mp-rgb-to-jpeg", None) },
];

const fn jpeg(name: &'static str, megapixels: Option<(f64, &'static str)>) -> Work {
    Work { name, source: "jpg", height: Some(600), format: Format::Jpeg, megapixels }
}

/// What one system made of one work.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Row {
    pub(crate) work: String,
    pub(crate) system: String,
    /// Why there is nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    pub(crate) ms_median: Option<f64>,
    ms_min: Option<f64>,
    ms_max: Option<f64>,
    /// The first run, of a module that is compiled and has done nothing.
    first_ms: Option<f64>,
    rounds: usize,
    /// The modules' memory; of a process without any, what it has more than when it was ready.
    pub(crate) peak_bytes: Option<u64>,
    empty_bytes: Option<u64>,
    /// What the whole process has more than when it was ready, of every system.
    rss_bytes: Option<u64>,
    module_bytes: Option<u64>,
    source_bytes: u64,
    out_bytes: Option<u64>,
    width: Option<u32>,
    height: Option<u32>,
    ssimulacra2: Option<f64>,
    /// What sharp reaches with as many bytes.
    sharp_ssimulacra2_at_out_bytes: Option<f64>,
    /// What native code was compiled for.
    #[serde(skip_serializing_if = "Option::is_none")]
    target_cpu: Option<String>,
    /// The core that all systems ran on.
    core: Option<u32>,
}

/// A row that is being filled, and the process that it is of.
struct Running {
    row: Row,
    worker: Option<Worker>,
    times: Vec<f64>,
    output: PathBuf,
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let systems = systems(options)?;
    let works: Vec<_> =
        WORKS.iter().filter(|work| options.only.as_deref().is_none_or(|only| work.name == only)).collect();
    if works.is_empty() {
        let names: Vec<_> = WORKS.iter().map(|work| work.name).collect();
        return Err(format!("--only names no work; they are: {}", names.join(", ")));
    }
    let mut rows = Vec::new();
    for work in &works {
        let new = measure(work, &systems, options)?;
        table(&new);
        rows.extend(new);
        // What was measured is not lost if the next work cannot be.
        let text = serde_json::to_string_pretty(&rows).map_err(|error| error.to_string())?;
        write(&product("bench/peers.json"), &format!("{text}\n"))?;
    }
    if works.len() == WORKS.len() && options.systems.is_empty() {
        for (name, svg) in chart::all(&rows) {
            write(&root().join("docs").join(name), &svg)?;
        }
    }
    Ok(())
}

fn systems(options: &Options) -> Result<Vec<&'static str>, String> {
    if let Some(unknown) = options.systems.iter().find(|name| !SYSTEMS.contains(&name.as_str())) {
        return Err(format!("{unknown} is no system; they are: {}", SYSTEMS.join(", ")));
    }
    let is_asked =
        |system: &&str| options.systems.is_empty() || options.systems.iter().any(|name| name == system);
    let is_built = |system: &&str| *system != "edgepix-native-v3" || options.native_v3.is_some();
    Ok(SYSTEMS.into_iter().filter(is_asked).filter(is_built).collect())
}

fn measure(work: &Work, systems: &[&str], options: &Options) -> Result<Vec<Row>, String> {
    let source = options.pictures.join(work.name).with_extension(work.source);
    let width = if work.height.is_some() { 800 } else { 720 };
    let job = Job { source: source.clone(), width, height: work.height, format: work.format, quality: 80 };
    let source_bytes = read(&source)?.len() as u64;
    let kept = product("bench").join(work.name);
    std::fs::create_dir_all(&kept).map_err(|error| format!("{}: {error}", kept.display()))?;

    let start = |system: &&str| {
        let target_cpu = match *system {
            "edgepix-native" => Some(baseline()),
            "edgepix-native-v3" => Some("x86-64-v3".to_owned()),
            _ => None,
        };
        let row = Row {
            work: work.name.to_owned(),
            system: (*system).to_owned(),
            source_bytes,
            target_cpu,
            core: options.core,
            ..Row::default()
        };
        let output = kept.join(system).with_extension(work.format.to_string());
        let _ = std::fs::remove_file(&output);
        let mut running = Running { row, worker: None, times: Vec::new(), output };
        match Worker::start(system, &job, options) {
            Ok(worker) => {
                running.row.empty_bytes = Some(worker.ready.empty_bytes);
                running.row.module_bytes = Some(worker.ready.module_bytes);
                running.worker = Some(worker);
            }
            Err(error) => running.row.error = Some(error),
        }
        running
    };
    eprintln!("  {}: first runs", work.name);
    let mut all: Vec<Running> = systems.iter().map(start).collect();
    for running in &mut all {
        let output = running.output.clone();
        if let Some(run) = running.go(Some(&output)) {
            running.row.first_ms = Some(run.ms);
            running.row.out_bytes = Some(run.bytes);
        }
    }
    // Not measured: engines compile once more what has turned out to run often.
    let round: f64 = all.iter_mut().filter_map(|running| running.go(None)).map(|run| run.ms).sum();
    let rounds = options.rounds.min(((BUDGET / round) as usize).max(FEW));
    eprintln!("  {}: {rounds} rounds", work.name);
    for _ in 0..rounds {
        for running in &mut all {
            if let Some(run) = running.go(None) {
                running.times.push(run.ms);
            }
        }
    }
    let sharp = all.iter_mut().find(|running| running.row.system == "sharp");
    let outputs = match (work.format, sharp.and_then(|sharp| sharp.worker.as_mut())) {
        (Format::Jpeg, Some(sharp)) => ladder(sharp, &kept)?,
        _ => Vec::new(),
    };
    score(all, &source, &outputs)
}

/// What a plain `cargo build --release` compiles for.
fn baseline() -> String {
    std::env::consts::ARCH.replace('_', "-")
}

impl Running {
    /// One run; the process that dies of it is not asked again.
    fn go(&mut self, output: Option<&Path>) -> Option<Run> {
        match self.worker.as_mut()?.go(output, None) {
            Ok(run) => {
                self.row.peak_bytes = self.row.peak_bytes.max(Some(run.peak_bytes));
                self.row.rss_bytes = self.row.rss_bytes.max(Some(run.rss_bytes));
                Some(run)
            }
            Err(error) => {
                self.row.error = Some(error);
                self.worker = None;
                None
            }
        }
    }
}

/// sharp's outputs at several qualities.
fn ladder(sharp: &mut Worker, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let output = |quality: u8| {
        let path = folder.join(format!("sharp-{quality}.jpeg"));
        sharp.go(Some(&path), Some(quality))?;
        Ok(path)
    };
    QUALITIES.into_iter().map(output).collect()
}

fn score(all: Vec<Running>, source: &Path, ladder: &[PathBuf]) -> Result<Vec<Row>, String> {
    // Ended first: the source is decoded in full.
    let finished: Vec<(Row, PathBuf)> = all
        .into_iter()
        .map(|Running { mut row, times, output, worker }| {
            drop(worker);
            row.rounds = times.len();
            if !times.is_empty() {
                row.ms_median = Some(median(&times));
                row.ms_min = times.iter().copied().reduce(f64::min);
                row.ms_max = times.iter().copied().reduce(f64::max);
            }
            (row, output)
        })
        .collect();
    let mut reference = Reference::of(source)?;
    let mut steps = Vec::new();
    for path in ladder {
        let bytes = read(path)?;
        steps.push((bytes.len() as f64, reference.score(&bytes)?.2));
    }
    let mut ours = None;
    let score = |(mut row, output): (Row, PathBuf)| {
        // A process that died of its first run has left none.
        if let Ok(bytes) = read(&output) {
            if row.system.starts_with("edgepix-") && ours.get_or_insert_with(|| bytes.clone()) != &bytes {
                row.error = Some("its output is not that of the other Edgepix systems".to_owned());
            }
            match reference.score(&bytes) {
                Ok((width, height, score)) => {
                    (row.width, row.height, row.ssimulacra2) = (Some(width), Some(height), Some(score));
                    row.sharp_ssimulacra2_at_out_bytes = between(&steps, bytes.len() as f64);
                }
                Err(error) => row.error = Some(format!("its output cannot be read: {error}")),
            }
        }
        row
    };
    Ok(finished.into_iter().map(score).collect())
}

/// The score at this length, on a straight line over the length's logarithm; none outside of the steps.
fn between(steps: &[(f64, f64)], bytes: f64) -> Option<f64> {
    steps.windows(2).find_map(|pair| {
        let [(shorter, low), (longer, high)] = pair else { return None };
        let share = (bytes / shorter).ln() / (longer / shorter).ln();
        (0.0..=1.0).contains(&share).then_some(low + share * (high - low))
    })
}

/// Ratios are to sharp: of time, and of quality what was gained over sharp with as many bytes.
fn table(rows: &[Row]) {
    let Some(first) = rows.first() else { return };
    let mebibytes = |bytes: Option<u64>| number(bytes.map(|bytes| bytes as f64 / 1_048_576.0), 1);
    let sharp = rows.iter().find(|row| row.system == "sharp").and_then(|row| row.ms_median);
    println!("\n{} ({:.1} MB)", first.work, first.source_bytes as f64 / 1e6);
    println!(
        "{:<18} {:>9} {:>17} {:>7} {:>9} {:>9} {:>9} {:>8} {:>7} {:>9}",
        "",
        "median ms",
        "min … max",
        "× sharp",
        "first ms",
        "peak MiB",
        "RSS MiB",
        "out kB",
        "SSIM2",
        "sharp's"
    );
    for row in rows {
        if let (Some(error), None) = (&row.error, row.ms_median) {
            println!("{:<18} {error}", row.system);
            continue;
        }
        println!(
            "{:<18} {:>9} {:>8} … {:<6} {:>7} {:>9} {:>9} {:>9} {:>8} {:>7} {:>9}",
            row.system,
            number(row.ms_median, 1),
            number(row.ms_min, 1),
            number(row.ms_max, 1),
            number(row.ms_median.zip(sharp).map(|(ours, theirs)| ours / theirs), 2),
            number(row.first_ms, 1),
            mebibytes(row.peak_bytes),
            mebibytes(row.rss_bytes),
            number(row.out_bytes.map(|bytes| bytes as f64 / 1000.0), 1),
            number(row.ssimulacra2, 2),
            number(row.sharp_ssimulacra2_at_out_bytes, 2),
        );
        if let Some(error) = &row.error {
            println!("{:<18} {error}", "");
        }
    }
    println!(
        "sharp's: what sharp's SSIMULACRA2 is with as many bytes. RSS: the whole process, beyond what it had at first."
    );
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
}
