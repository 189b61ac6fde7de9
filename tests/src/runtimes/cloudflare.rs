//! Cloudflare's workerd, under Miniflare.

use std::path::Path;
use std::process::Command;

use super::process::Process;
use super::{Settings, Stage, Started, product};
use crate::tools;

/// An instance's memory ends where the module was linked to end (`platforms/cloudflare/build.rs`): workerd has no
/// flag for it, so `settings.memory` has no effect here.
pub(super) fn start(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    let options = serde_json::json!({
        "nodeModules": tools::path(tools::NODE_MODULES)?,
        "dist": product("cloudflare/worker.mjs")?.parent(),
        "port": stage.port,
        "bindings": settings.variables,
    });
    let launcher = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/runtimes/cloudflare.mjs");
    let mut command = Command::new("node");
    command.arg(launcher).arg(stage.write("options.json", &options.to_string())?);
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "under workerd" })
}
