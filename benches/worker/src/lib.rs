//! A worker of `cargo xtask bench peers`: a process that does one job as often as it is asked to.
//!
//! It is started with the [`Job`] as its arguments, makes itself ready, and says so with a line of JSON. Then every
//! line `go` on its standard input is one run, answered with one line of JSON. The line may go on, after tabs, with a
//! file that the output is written to and with another quality. `benches/peers/worker.mjs` is the same for Node.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

use edgepix_core::{Format, Limits, Transform};

/// What is to be made of one source.
#[derive(Clone, Debug)]
pub struct Job {
    /// The source's file.
    pub source: PathBuf,
    /// Width of the box.
    pub width: u32,
    /// Height of the box, if it has one.
    pub height: Option<u32>,
    /// Format of the output.
    pub format: Format,
    /// Quality of a lossy output.
    pub quality: u8,
}

impl Job {
    /// What the core is asked for.
    ///
    /// # Errors
    ///
    /// A width, height or quality that is none.
    pub fn transform(&self, quality: u8) -> Result<Transform, String> {
        let options = Transform::builder().width(self.width).height(self.height).format(self.format);
        options.quality(quality).build().map_err(|error| error.message.into_owned())
    }

    /// Wide enough for the largest source.
    pub fn limits() -> Limits {
        let mut limits = Limits::default();
        limits.source_bytes = 64 << 20;
        limits.source_pixels = 130_000_000;
        limits
    }

    /// The job as a worker's arguments: source, width, height or 0, format, quality.
    pub fn arguments(&self) -> [String; 5] {
        [
            self.source.display().to_string(),
            self.width.to_string(),
            self.height.unwrap_or(0).to_string(),
            self.format.to_string(),
            self.quality.to_string(),
        ]
    }

    /// The job from a worker's arguments.
    ///
    /// # Errors
    ///
    /// Arguments that are no job.
    pub fn from_arguments(arguments: &[String]) -> Result<Self, String> {
        let [source, width, height, format, quality] = arguments else {
            return Err("a worker takes: source, width, height or 0, format, quality".to_owned());
        };
        let number = |text: &str| text.parse::<u32>().map_err(|error| format!("{text}: {error}"));
        Ok(Self {
            source: source.into(),
            width: number(width)?,
            height: Some(number(height)?).filter(|height| *height > 0),
            format: match format.as_str() {
                "jpeg" => Format::Jpeg,
                "png" => Format::Png,
                other => return Err(format!("{other} is no format of a job")),
            },
            quality: u8::try_from(number(quality)?).map_err(|error| error.to_string())?,
        })
    }
}

/// How much memory a worker takes.
pub enum Memory<'a> {
    /// What its process has more than when it was ready.
    Process,
    /// What its module's instance has.
    Instance(&'a dyn Fn() -> u64),
}

/// Says that the worker is ready, and runs the job whenever it is asked to, until nothing more is said.
///
/// # Errors
///
/// A source that cannot be read, a job that fails, an output that cannot be written.
pub fn serve(
    job: &Job,
    module: &Path,
    memory: &Memory<'_>,
    mut run: impl FnMut(&[u8], u8) -> Result<Vec<u8>, String>,
) -> Result<(), String> {
    let text = |error: io::Error| error.to_string();
    let module_bytes = fs::metadata(module).map_or(0, |facts| facts.len());
    let process = Process::ready();
    let empty = match memory {
        Memory::Process => 0,
        Memory::Instance(bytes) => bytes(),
    };
    let source = fs::read(&job.source).map_err(|error| format!("{}: {error}", job.source.display()))?;
    println!("{{\"empty_bytes\":{empty},\"module_bytes\":{module_bytes}}}");
    for line in io::stdin().lock().lines() {
        let line = line.map_err(text)?;
        let mut words = line.split('\t').skip(1);
        let path = words.next().filter(|path| !path.is_empty());
        let quality = words.next().and_then(|quality| quality.parse().ok()).unwrap_or(job.quality);
        let start = Instant::now();
        let output = run(&source, quality)?;
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let rss = process.peak();
        let peak = match memory {
            Memory::Process => rss,
            Memory::Instance(bytes) => bytes(),
        };
        if let Some(path) = path {
            fs::write(path, &output).map_err(text)?;
        }
        let bytes = output.len();
        println!("{{\"ms\":{milliseconds},\"bytes\":{bytes},\"peak_bytes\":{peak},\"rss_bytes\":{rss}}}");
        io::stdout().flush().map_err(text)?;
    }
    Ok(())
}

/// The memory of this process, where the system states it, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    baseline: u64,
}

impl Process {
    /// Remembers what the process has, and has the system forget what it had at most.
    pub fn ready() -> Self {
        let _ = fs::write("/proc/self/clear_refs", "5");
        Self { baseline: status("VmRSS") }
    }

    /// Bytes that the process had more at some time since.
    pub fn peak(self) -> u64 {
        status("VmHWM").saturating_sub(self.baseline)
    }

    /// Bytes that the process has more now.
    pub fn growth(self) -> u64 {
        status("VmRSS").saturating_sub(self.baseline)
    }
}

/// A number of `/proc/self/status`, in bytes.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) << 10
}
