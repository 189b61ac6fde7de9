//! The component as `cargo xtask build` has left it, in the sandbox that embeds it.

use std::path::{Path, PathBuf};

use edgepix_sandbox::{Options, Sandbox};

/// Where `cargo xtask build` leaves the component.
pub fn built() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../dist/image-processor.wasm")
}

/// Compiles the component at `path`.
///
/// # Errors
///
/// A sentence that says what is missing, and what to do about it.
pub fn load(path: &Path) -> Result<Sandbox, String> {
    let bytes = std::fs::read(path)
        .map_err(|error| format!("{}: {error}. `cargo xtask build` makes the component.", path.display()))?;
    Sandbox::new(&bytes, &Options::default()).map_err(|error| format!("{}: {error}", path.display()))
}
