//! Hosts of `wasi:http` 0.2: Wasmtime's and jco's.

use std::process::Command;

use super::process::Process;
use super::{Settings, Stage, Started, product};
use crate::tools;

/// The service with the core linked in.
pub(super) fn wasmtime(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    serve("wasi-http.wasm", settings, stage)
}

/// The service and the core as two components, joined. The cap on memory is each one's.
pub(super) fn composed(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    serve("composed.wasm", settings, stage)
}

/// jco turns the component into a JavaScript module, whose one instance serves all requests; Node has no cap for it.
pub(super) fn jco(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    let modules = tools::path(tools::NODE_MODULES)?;
    let mut command = Command::new("node");
    command.arg(modules.join("@bytecodealliance/jco/src/jco.js")).arg("serve");
    command.args(["--host", "127.0.0.1", "--port", &stage.port.to_string()]);
    command.arg("--jco-dir").arg(stage.folder.join("module"));
    command.arg(product("wasi-http.wasm")?).envs(&settings.variables);
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "in Node" })
}

fn serve(name: &str, settings: &Settings, stage: &Stage) -> Result<Started, String> {
    let mut command = Command::new(tools::path(tools::WASMTIME)?);
    command.args(["serve", "-S", "cli=y", "--addr", &format!("127.0.0.1:{}", stage.port)]);
    if let Some(bytes) = settings.memory {
        command.args(["-W", &format!("max-memory-size={bytes}")]);
    }
    for (name, value) in &settings.variables {
        command.args(["--env", &format!("{name}={value}")]);
    }
    command.arg(product(name)?);
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "under Wasmtime" })
}
