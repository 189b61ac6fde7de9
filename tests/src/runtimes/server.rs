//! The native server, with the core linked in or the component in its sandbox.

use std::env::consts::EXE_SUFFIX;
use std::process::Command;

use super::process::Process;
use super::{Settings, Stage, Started, product};

pub(super) fn native(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    start(Command::new(product(&format!("edgepix{EXE_SUFFIX}"))?), settings, stage)
}

pub(super) fn sandbox(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    let mut command = Command::new(product(&format!("test/edgepix-sandbox{EXE_SUFFIX}"))?);
    command.env("EDGEPIX_ENGINE", "sandbox").env("EDGEPIX_COMPONENT", product("image-processor.wasm")?);
    start(command, settings, stage)
}

fn start(mut command: Command, settings: &Settings, stage: &Stage) -> Result<Started, String> {
    command.arg("serve").env("EDGEPIX_LISTEN", format!("127.0.0.1:{}", stage.port));
    command.envs(&settings.variables);
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "" })
}
