//! The native server.

use std::process::Command;

use super::process::Process;
use super::{Settings, Stage, Started, product};

pub(super) fn start(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    let mut command = Command::new(product(&format!("edgepix{}", std::env::consts::EXE_SUFFIX))?);
    command.arg("serve").env("EDGEPIX_LISTEN", format!("127.0.0.1:{}", stage.port));
    command.envs(&settings.variables);
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "" })
}
