//! What must be on the machine beside the Rust toolchain, and how it gets there.

use std::path::PathBuf;
use std::process::Command;

use crate::step::{Failure, cargo, output, run, step};

/// The targets of everything that is built for WebAssembly.
const TARGETS: [&str; 1] = ["wasm32-unknown-unknown"];

/// The licence checker, at the version that the lints were written for.
const CARGO_DENY: &str = "0.20.2";

pub(crate) fn all() -> Result<(), Failure> {
    wasm_targets()?;
    cargo_deny()?;
    eprintln!(
        "Everything is there. `cargo xtask test` runs all tests; `cargo run --release` starts the server."
    );
    Ok(())
}

/// Adds the WebAssembly targets that are missing.
pub(crate) fn wasm_targets() -> Result<(), Failure> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = PathBuf::from(output(Command::new(rustc).args(["--print", "sysroot"]))?.trim());
    for target in TARGETS {
        if sysroot.join("lib/rustlib").join(target).join("lib").is_dir() {
            continue;
        }
        step(&format!("add the target {target}"), || {
            run(Command::new("rustup").args(["target", "add", target])).map_err(|error| {
                format!("{error}\nThe target {target} is missing; get it with: rustup target add {target}")
            })
        })?;
    }
    Ok(())
}

/// The path of cargo-deny, installed where it is missing.
pub(crate) fn cargo_deny() -> Result<PathBuf, Failure> {
    let root = cache().join("tools").join(format!("cargo-deny-{CARGO_DENY}"));
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        step("install cargo-deny (once a machine)", || {
            // A debug build is made in a third of the time, and the check takes a second either way.
            let version = format!("cargo-deny@{CARGO_DENY}");
            run(cargo().args(["install", &version, "--locked", "--debug", "--quiet", "--root"]).arg(&root))
                .map_err(|error| format!("{error}\nGet it with: cargo install {version} --locked"))
        })?;
    }
    Ok(program)
}

/// Where tools are kept between clones: `EDGEPIX_TOOLS`, or the user's cache folder.
fn cache() -> PathBuf {
    let home = || std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let fallback = || {
        std::env::var_os("HOME").map_or_else(std::env::temp_dir, |home| PathBuf::from(home).join(".cache"))
    };
    std::env::var_os("EDGEPIX_TOOLS")
        .map_or_else(|| home().unwrap_or_else(fallback).join("edgepix"), PathBuf::from)
}
