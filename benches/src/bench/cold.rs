//! What a start costs: of an instance, of its first jobs, of many that wait, of the modules themselves.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use clap::Args;
use edgepix_bench_worker::{Job, Process};
use edgepix_core::Format;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use wasmparser::{Parser, Payload};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::component::Compiled;
use crate::{median, product, read, root, write};

/// Instances that are kept, of which the growth of the process is the mean.
const INSTANCES: u32 = 200;
/// Starts of which the median is taken.
const STARTS: usize = 25;
/// Fresh isolates of which the median is taken.
const ISOLATES: usize = 5;
/// The memory that idle instances are to share.
const HOST: f64 = 4.0 * 1_073_741_824.0;

#[derive(Args)]
pub(crate) struct Options {
    /// The folder of the pictures.
    #[arg(long)]
    pictures: PathBuf,
}

/// One figure.
#[derive(Serialize)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<f64>,
    /// Whether the limit is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pass: Option<bool>,
    how: &'static str,
}

/// What `cold.mjs` answers of one isolate.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Isolate {
    instantiate: f64,
    metadata: f64,
    first: f64,
    second: f64,
    warm: f64,
    warm_metadata: f64,
}

#[derive(Deserialize)]
struct Idle {
    fresh: f64,
    used: f64,
}

pub(crate) fn run(options: &Options) -> Result<(), String> {
    let path = options.pictures.join("jpeg-12mp.jpg");
    let source = read(&path)?;
    let job = Job { source: path, width: 800, height: Some(600), format: Format::Jpeg, quality: 80 };
    let mut figures = Figures(Vec::new());
    idle(&mut figures, &job, &source)?;
    wasmtime(&mut figures, &job, &source)?;
    v8(&mut figures, &job.source)?;
    figures.time(
        "metadata, native, warm",
        median(&repeated(200, || edgepix_core::metadata(&source).is_ok())),
        Some(0.1),
        "median of 200, 12 MP JPEG",
    );
    sizes(&mut figures)?;
    let text = serde_json::to_string_pretty(&figures.0).map_err(|error| error.to_string())?;
    write(&product("bench/cold.json"), &format!("{text}\n"))
}

fn wasmtime(figures: &mut Figures, job: &Job, source: &[u8]) -> Result<(), String> {
    let compiled = Compiled::new(pooling()?)?;
    let mut starts = Vec::new();
    let mut answers = Vec::new();
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut instance = compiled.instance()?;
        starts.push(milliseconds(start));
        instance.metadata(source)?;
        answers.push(milliseconds(start));
    }
    const POOLING: &str = "Wasmtime, pooling allocator, component compiled beforehand; median of 25";
    figures.time("instance, Wasmtime", median(&starts), None, POOLING);
    figures.time("instance to first metadata, Wasmtime", median(&answers), Some(1.0), POOLING);

    let (mut firsts, mut seconds) = (Vec::new(), Vec::new());
    for _ in 0..ISOLATES {
        let mut instance = compiled.instance()?;
        for times in [&mut firsts, &mut seconds] {
            let start = Instant::now();
            instance.run(job, source, job.quality)?;
            times.push(milliseconds(start));
        }
    }
    let mut instance = compiled.instance()?;
    let warm = median(&repeated(20, || instance.run(job, source, job.quality).is_ok()));
    let first = median(&firsts);
    figures.time("first transform, Wasmtime", first, None, "median of 5 instances, 12 MP JPEG to 800 × 600");
    figures.time("second transform, Wasmtime", median(&seconds), None, "the same instances");
    figures.time("warm transform, Wasmtime", warm, None, "median of 20 in one instance");
    figures.ratio("first transform to warm, Wasmtime", first / warm, None, "of the two above");
    let metadata = median(&repeated(200, || instance.metadata(source).is_ok()));
    figures.time(
        "metadata, Wasmtime, warm",
        metadata,
        Some(0.1),
        "median of 200 in one instance, 12 MP JPEG",
    );
    Ok(())
}

/// Before anything else, while what the process has is not yet what was once needed.
fn idle(figures: &mut Figures, job: &Job, source: &[u8]) -> Result<(), String> {
    let compiled = Compiled::new(pooling()?)?;
    // What the first one takes is not for each.
    let mut kept = vec![compiled.instance()?];
    let process = Process::ready();
    for _ in 0..INSTANCES {
        kept.push(compiled.instance()?);
    }
    // What is less than a page cannot be seen.
    let each = |growth: u64| (growth as f64 / f64::from(INSTANCES)).max(4096.0);
    let fresh = each(process.growth());
    for instance in kept.iter_mut().skip(1) {
        instance.run(job, source, job.quality)?;
    }
    let used = each(process.growth());
    const IDLE: &str = "4 GiB by the growth of the process for each of 200 instances that stay, pooling \
                        allocator; the heap that compiling has freed is used first, and not seen";
    figures.count("fresh idle instances in 4 GiB, Wasmtime", HOST / fresh, None, IDLE);
    const USED: &str = "the same after one transform each, 12 MP JPEG to 800 × 600";
    figures.count("used idle instances in 4 GiB, Wasmtime", HOST / used, Some(1800.0), USED);
    figures.bytes("memory of a fresh idle instance, Wasmtime", fresh, None, IDLE);
    figures.bytes("memory of a used idle instance, Wasmtime", used, None, USED);
    Ok(())
}

fn v8(figures: &mut Figures, source: &Path) -> Result<(), String> {
    let isolates =
        |kind: &str| -> Result<Vec<Isolate>, String> { (0..ISOLATES).map(|_| node(kind, source)).collect() };
    let of = |isolates: &[Isolate], time: fn(&Isolate) -> f64| {
        median(&isolates.iter().map(time).collect::<Vec<_>>())
    };
    let fresh = isolates("fresh")?;
    const FRESH: &str = "new Worker in a new process, module compiled and never run; median of 5";
    figures.time("instance with its script, V8", of(&fresh, |isolate| isolate.instantiate), None, FRESH);
    figures.time("first metadata, V8", of(&fresh, |isolate| isolate.metadata), None, FRESH);
    figures.time("first transform, V8", of(&fresh, |isolate| isolate.first), None, FRESH);
    figures.time("second transform, V8", of(&fresh, |isolate| isolate.second), None, FRESH);
    let warm = "median of the last 20 of 42 in the same isolate";
    figures.time("warm transform, V8", of(&fresh, |isolate| isolate.warm), None, warm);
    let ratio = of(&fresh, |isolate| isolate.first / isolate.warm);
    figures.ratio("first transform to warm, V8", ratio, Some(3.0), FRESH);
    const BESIDE: &str =
        "new Worker in a process in which the module has run: isolates share its code; median of 5";
    let beside = isolates("beside")?;
    let ratio = of(&beside, |isolate| isolate.first / isolate.warm);
    figures.ratio("first transform to warm, V8, beside a warm isolate", ratio, None, BESIDE);
    let metadata = of(&fresh, |isolate| isolate.warm_metadata);
    figures.time("metadata, V8, warm", metadata, Some(0.1), "median of 200 in one isolate, 12 MP JPEG");

    let Idle { fresh, used } = node("idle", source)?;
    const IDLE: &str = "4 GiB by the growth of the process for each of 200 instances that stay in one isolate, each \
                        with a copy of its script";
    figures.count("fresh idle instances in 4 GiB, V8", HOST / fresh, None, IDLE);
    const USED: &str = "200 more, after one transform each, 12 MP JPEG to 800 × 600";
    figures.count("used idle instances in 4 GiB, V8", HOST / used, Some(1800.0), USED);
    figures.bytes("memory of a fresh idle instance, V8", fresh, None, IDLE);
    figures.bytes("memory of a used idle instance, V8", used, None, USED);
    Ok(())
}

fn sizes(figures: &mut Figures) -> Result<(), String> {
    for (name, file, limit) in [
        ("component", "image-processor.wasm", Some(430_000.0)),
        ("npm module", "npm/edgepix.wasm", None),
        ("npm module without SIMD", "npm/edgepix-plain.wasm", None),
        ("C ABI module", "edgepix.wasm", None),
    ] {
        let bytes = read(&product(file))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes).map_err(|error| error.to_string())?;
        let packed = gzip.finish().map_err(|error| error.to_string())?;
        figures.bytes(&format!("{name}, gzipped"), packed.len() as f64, limit, "gzip -9");
        figures.bytes(name, bytes.len() as f64, None, "the file");
        let pages = pages(&bytes)? as f64;
        figures.count(
            &format!("{name}, initial pages"),
            pages,
            None,
            "of 64 KiB, as its memory section has it",
        );
    }
    Ok(())
}

/// Pages that a module's memories begin with, or those of a component's modules.
fn pages(module: &[u8]) -> Result<u64, String> {
    let mut pages = 0;
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::MemorySection(memories) = payload.map_err(|error| error.to_string())? {
            for memory in memories {
                pages += memory.map_err(|error| error.to_string())?.initial;
            }
        }
    }
    Ok(pages)
}

fn pooling() -> Result<Engine, String> {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(INSTANCES + 1)
        .total_core_instances(4 * (INSTANCES + 1))
        .total_memories(INSTANCES + 1)
        .total_tables(4 * (INSTANCES + 1))
        .table_elements(16 << 10)
        .max_memory_size(1 << 30);
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config).map_err(|error| format!("{error:#}"))
}

fn node<T: serde::de::DeserializeOwned>(kind: &str, source: &Path) -> Result<T, String> {
    let script = root().join("benches/peers/cold.mjs");
    let mut command = Command::new("node");
    command.arg("--expose-gc").arg(script).arg(kind).arg(source);
    let output = command.output().map_err(|error| format!("node did not start: {error}"))?;
    let error = || format!("cold.mjs {kind}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).map_err(|_| error())
}

/// Times of so many runs.
fn repeated(times: usize, mut work: impl FnMut() -> bool) -> Vec<f64> {
    let run = |_| {
        let start = Instant::now();
        assert!(work(), "the work has failed");
        milliseconds(start)
    };
    (0..times).map(run).collect()
}

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// Figures, each printed as it comes.
struct Figures(Vec<Figure>);

impl Figures {
    /// At most the limit.
    fn time(&mut self, name: &str, value: f64, limit: Option<f64>, how: &'static str) {
        self.add(name, value, "ms", limit, value <= limit.unwrap_or(value), how);
    }

    /// At most the limit.
    fn ratio(&mut self, name: &str, value: f64, limit: Option<f64>, how: &'static str) {
        self.add(name, value, "times", limit, value <= limit.unwrap_or(value), how);
    }

    /// At most the limit.
    fn bytes(&mut self, name: &str, value: f64, limit: Option<f64>, how: &'static str) {
        self.add(name, value, "bytes", limit, value <= limit.unwrap_or(value), how);
    }

    /// At least the limit.
    fn count(&mut self, name: &str, value: f64, limit: Option<f64>, how: &'static str) {
        self.add(name, value, "", limit, value >= limit.unwrap_or(value), how);
    }

    fn add(
        &mut self,
        name: &str,
        value: f64,
        unit: &'static str,
        limit: Option<f64>,
        kept: bool,
        how: &'static str,
    ) {
        let pass = limit.map(|_| kept);
        let mark = pass.map_or("", |pass| if pass { "pass" } else { "MISS" });
        let digits = if unit == "ms" || unit == "times" { 3 } else { 0 };
        let against = limit.map_or_else(String::new, |limit| format!("limit {limit}"));
        println!("{name:<52} {value:>12.digits$} {unit:<6} {against:<13} {mark}");
        self.0.push(Figure { name: name.to_owned(), value, unit, limit, pass, how });
    }
}
