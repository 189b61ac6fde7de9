//! Fastly Compute, by Viceroy. It keeps an instance to Fastly's memory by itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use toml::{Table, Value, toml};

use super::process::Process;
use super::{Settings, Stage, Started, product};
use crate::tools;

/// What stands in the secret store.
const SECRET: &str = "EDGEPIX_SIGNING_KEYS";

pub(super) fn start(settings: &Settings, stage: &Stage) -> Result<Started, String> {
    let manifest = stage.write("fastly.toml", &manifest(settings)?)?;
    let mut command = Command::new(tools::path(tools::VICEROY)?);
    command.arg("serve").arg("-C").arg(manifest);
    command.arg("--addr").arg(format!("127.0.0.1:{}", stage.port));
    command.arg(product("fastly.wasm")?);
    Ok(Started { process: Process::spawn(&mut command, stage)?, note: "under Viceroy" })
}

/// The shipped `fastly.toml` with these settings in its local stores, and their origin behind its backend.
fn manifest(settings: &Settings) -> Result<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../platforms/fastly/fastly.toml");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut manifest: Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    let local = manifest.get_mut("local_server").and_then(Value::as_table_mut);
    let local = local.ok_or("fastly.toml has no [local_server]")?;

    let variables = &settings.variables;
    let plain = variables.iter().filter(|(name, _)| *name != SECRET);
    let lines: Vec<String> = plain.map(|(name, value)| format!("{name}={value}")).collect();
    let config = lines.join("\n");
    let contents = toml! { config = config };
    local.insert(
        "config_stores".into(),
        toml! {
            [edgepix]
            format = "inline-toml"
            contents = contents
        }
        .into(),
    );
    if let Some(keys) = variables.get(SECRET) {
        let keys = keys.as_str();
        local.insert("secret_stores".into(), toml! { edgepix = [{ key = SECRET, data = keys }] }.into());
    }
    local.remove("backends");
    if let Some(origin) = variables.get("EDGEPIX_ORIGIN") {
        // A backend is a host: the path below which pictures are comes with each request.
        let url = origin.split('/').take(3).collect::<Vec<_>>().join("/");
        let seconds = variables.get("EDGEPIX_FETCH_TIMEOUT").and_then(|value| value.parse().ok());
        let timeout = seconds.unwrap_or(10_i64) * 1000;
        local.insert(
            "backends".into(),
            toml! {
                [origin]
                url = url
                first_byte_timeout_ms = timeout
                between_bytes_timeout_ms = timeout
            }
            .into(),
        );
    }
    toml::to_string(&manifest).map_err(|error| error.to_string())
}
