//! The golden suite: cases that say what must come out of the image core, and the runners that ask every host.
//!
//! - [`case`] reads `tests/golden/<case>/case.toml`.
//! - [`hosts`] carries a case to the core linked in, to the component, or over HTTP to a platform's own runtime; a new
//!   host is one more [`hosts::Host`].
//! - [`runtimes`] starts those: each with the file that is shipped, its own way of being configured, and its memory
//!   capped.
//! - [`verify`] judges the native result: by an expected picture, a blessed file or an expected error. Every other
//!   host has to give the native result's bytes.
//! - [`suite`] does both for all cases, [`coverage`] counts what they cover.
//! - [`soak`] drives a runtime for minutes, with origins and clients that fail.
//! - [`damage`] makes damaged and lying files of the cases' sources.
//!
//! Pictures are read by decoders that share no code with the core: see [`picture`].

pub mod case;
pub mod client;
pub mod compare;
pub mod component;
pub mod coverage;
pub mod damage;
pub mod embedded;
pub mod hosts;
pub mod picture;
pub mod runtimes;
pub mod side_by_side;
pub mod soak;
pub mod suite;
pub mod tools;
pub mod verify;

use std::path::{Path, PathBuf};

/// The folder that holds the cases, and `sources/`.
pub fn golden_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Where mismatches are shown: `dist/golden/<host>/<case>.png`.
pub fn report_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("dist").join("golden")
}
