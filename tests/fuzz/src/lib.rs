//! What every parser must do with any bytes.
//!
//! A [`Target`] is a function that takes bytes and panics where a promise is broken, and the seeds that a fuzzer starts
//! from. `cargo xtask fuzz` runs the targets under libFuzzer (see `libfuzzer/`); the test `short` gives each the seeds and
//! mutations of them, the same ones on every run, and needs no nightly compiler.

mod encoders;
mod images;
mod metadata;
mod mutate;
mod options;
mod recode;
mod request;
mod seeds;
mod service;

use peak_alloc::PeakAlloc;

pub use mutate::mutated;

/// Counts what the targets take from the heap: a plan's memory is a promise.
#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// A parser, and what must hold of it.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name, by which `cargo xtask fuzz --target` chooses it.
    pub name: &'static str,
    /// Panics where the parser breaks a promise.
    pub run: fn(&[u8]),
    /// Inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target. `libfuzzer/fuzz_targets/` has a file for each.
pub const TARGETS: [Target; 19] = [
    Target { name: "jpeg", run: images::jpeg, seeds: || seeds::files(&["jpg"]) },
    Target { name: "png", run: images::png, seeds: || seeds::files(&["png"]) },
    Target { name: "gif", run: images::gif, seeds: || seeds::files(&["gif"]) },
    Target { name: "webp", run: images::webp, seeds: || seeds::files(&["webp"]) },
    Target { name: "vp8", run: images::vp8, seeds: || seeds::chunks(b"VP8 ") },
    Target { name: "vp8l", run: images::vp8l, seeds: || seeds::chunks(b"VP8L") },
    Target { name: "transform", run: images::transform, seeds: seeds::with_choices },
    Target { name: "recode", run: recode::recode, seeds: || seeds::files(&["jpg", "png", "gif"]) },
    Target { name: "png-encode", run: encoders::png, seeds: || seeds::files(&["png"]) },
    Target { name: "webp-encode", run: encoders::webp, seeds: || seeds::files(&["png"]) },
    Target { name: "exif", run: metadata::exif, seeds: seeds::exif },
    Target { name: "icc", run: metadata::icc, seeds: seeds::icc },
    Target { name: "texts", run: metadata::texts, seeds: seeds::texts },
    Target { name: "query", run: request::query, seeds: seeds::queries },
    Target { name: "url", run: request::url, seeds: seeds::urls },
    Target { name: "accept", run: request::accept, seeds: seeds::accepts },
    Target { name: "signature", run: service::signature, seeds: seeds::urls },
    Target { name: "config", run: service::configuration, seeds: seeds::configurations },
    Target { name: "origin", run: service::origin, seeds: seeds::origins },
];

/// The target of this name.
///
/// # Panics
///
/// Where there is none.
pub fn target(name: &str) -> Target {
    *TARGETS.iter().find(|target| target.name == name).expect("a target's name")
}

/// Runs `work`, and gives what it gives and how far the heap grew at most meanwhile, in bytes.
fn measured<T>(work: impl FnOnce() -> T) -> (T, u64) {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let result = work();
    (result, HEAP.peak_usage().saturating_sub(before) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `cargo xtask fuzz` finds a program for every target, and none that is no target.
    #[test]
    fn every_target_has_its_program() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("libfuzzer/fuzz_targets");
        let entries = std::fs::read_dir(folder).unwrap();
        let name = |path: std::path::PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
        let mut programs: Vec<_> = entries.map(|entry| name(entry.unwrap().path())).collect();
        let mut names = TARGETS.map(|target| target.name.to_owned());
        programs.sort();
        names.sort();
        assert_eq!(programs, names);
    }
}
