//! Spin, where its program is on the path; else Wasmtime, with a component plugged in for what only Spin gives.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::process::Process;
use super::{Settings, Stage, Started, product};
use crate::tools;

pub(super) fn start(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    match on_path(&format!("spin{}", env::consts::EXE_SUFFIX)) {
        Some(spin) => under_spin(&spin, settings, stage),
        None => under_wasmtime(settings, stage),
    }
}

fn under_spin(spin: &Path, settings: &Settings, stage: &Stage) -> Result<Started, String> {
    // What the manifest names.
    product("spin.wasm")?;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../platforms/spin/spin.toml");
    let mut command = Command::new(spin);
    command.arg("up").arg("--from").arg(manifest);
    command.arg("--listen").arg(format!("127.0.0.1:{}", stage.port));
    command.arg("--log-dir").arg(stage.folder.join("logs"));
    command.arg("--state-dir").arg(stage.folder.join("state"));
    if let Some(memory) = settings.memory {
        command.arg("--max-instance-memory").arg(memory.to_string());
    }
    // The tests' origins are on this machine, at any port, and over http.
    command.args(["--variable", "outbound_host=*://*:*"]);
    for (name, value) in &settings.variables {
        command.arg("--variable").arg(format!("{}={value}", name.to_ascii_lowercase()));
    }
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "under Spin" })
}

fn under_wasmtime(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    let mut command = Command::new(tools::path(tools::WASMTIME)?);
    command.args(["serve", "-S", "cli=y", "--addr"]).arg(format!("127.0.0.1:{}", stage.port));
    if let Some(memory) = settings.memory {
        command.arg("-W").arg(format!("max-memory-size={memory}"));
    }
    for (name, value) in &settings.variables {
        command.arg("--env").arg(format!("{name}={value}"));
    }
    command.arg(product("test/spin-under-wasmtime.wasm")?);
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "under Wasmtime" })
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(program)).find(|path| path.is_file())
}
