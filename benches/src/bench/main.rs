//! The programs behind `cargo xtask bench peers`, `cargo xtask bench codecs` and `cargo xtask bench cold`.

mod chart;
mod codecs;
mod cold;
mod component;
mod peers;
mod quality;
mod worker;

use std::path::{Path, PathBuf};

use clap::Parser;

#[derive(Parser)]
#[command(about = "Measures Edgepix beside others; to be started by cargo xtask bench")]
enum Command {
    /// The same work on every system.
    Peers(peers::Options),
    /// Our encoders beside the peers'.
    Codecs(codecs::Options),
    /// What a start costs.
    Cold(cold::Options),
    /// The component in Wasmtime as a worker.
    #[command(hide = true)]
    Worker {
        /// The job.
        job: Vec<String>,
    },
}

fn main() -> Result<(), String> {
    match Command::parse() {
        Command::Peers(options) => peers::run(&options),
        Command::Codecs(options) => codecs::run(&options),
        Command::Cold(options) => cold::run(&options),
        Command::Worker { job } => component::worker(&job),
    }
}

/// The workspace's root.
fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// A product of `cargo xtask build`.
fn product(name: &str) -> PathBuf {
    root().join("dist").join(name)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The middle one; of an even number, the upper of both.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
