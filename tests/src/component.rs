//! The component as `cargo xtask build` has left it, in the sandbox that embeds it.

use std::path::{Path, PathBuf};
use std::time::Duration;

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
    // So much time that no machine is too busy.
    let options = Options { deadline: Duration::from_secs(600), ..Options::default() };
    Sandbox::new(&bytes, &options).map_err(|error| format!("{}: {error}", path.display()))
}
