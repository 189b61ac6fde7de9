//! Programs that the suite runs beside our own. `cargo xtask` gets them and says where they are.

use std::env;
use std::path::PathBuf;

/// Wasmtime's program.
pub const WASMTIME: &str = "EDGEPIX_TOOL_WASMTIME";
/// Viceroy, which runs Fastly's Compute programs.
pub const VICEROY: &str = "EDGEPIX_TOOL_VICEROY";
/// The folder `node_modules` with workerd, Miniflare, Wrangler, jco and Fastly's command line.
pub const NODE_MODULES: &str = "EDGEPIX_TOOL_NODE_MODULES";
/// Chromium.
pub const CHROMIUM: &str = "EDGEPIX_TOOL_CHROMIUM";

/// The path of a tool.
///
/// # Errors
///
/// A sentence that says how to get it.
pub fn path(variable: &str) -> Result<PathBuf, String> {
    let path = env::var_os(variable).map(PathBuf::from).filter(|path| path.exists());
    path.ok_or_else(|| {
        format!("{variable} names no file; `cargo xtask test` and `cargo xtask golden` set it.")
    })
}
