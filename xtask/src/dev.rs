//! The service on a platform's own program for developing, with the sample photos as its origin.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;

use clap::{Args, ValueEnum};
use edgepix_origin::Origin;

use crate::build;
use crate::setup::Runtimes;
use crate::step::{self, Failure, root};

#[derive(Args)]
pub(crate) struct Options {
    /// The platform.
    platform: Platform,
    /// The port of 127.0.0.1 that the service answers on; the sample photos are served on the next one.
    #[arg(long, default_value_t = 3000)]
    port: u16,
}

#[derive(Clone, Copy, ValueEnum)]
enum Platform {
    /// `spin up`; where there is no `spin`, the same file under Wasmtime.
    Spin,
    /// `fastly compute serve`.
    Fastly,
    /// `wrangler dev`.
    Cloudflare,
    /// `wasmtime serve`.
    WasiHttp,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let runtimes = Runtimes::get()?;
    let next = options.port.checked_add(1).ok_or("the port must be below 65535")?;
    let origin = SocketAddr::from((Ipv4Addr::LOCALHOST, next));
    let samples = root().join("platforms/server/samples");
    let serving = Origin::start_at(origin, []).map_err(|error| format!("{origin}: {error}"))?;
    serving.serve(&samples);

    let origin = serving.url("/");
    let address = format!("127.0.0.1:{}", options.port);
    let mut command = match options.platform {
        Platform::Spin => spin(&runtimes, &address, &origin)?,
        Platform::Fastly => fastly(&runtimes, &address, &origin)?,
        Platform::Cloudflare => cloudflare(&runtimes, options.port, &origin)?,
        Platform::WasiHttp => wasi_http(&runtimes, &address, &origin)?,
    };
    eprintln!("\nThe origin: {origin} (the photos of {})", samples.display());
    eprintln!("Once it is ready: http://{address}/resize/fig.jpg?w=800&format=webp\nStop it with Ctrl-C.\n");
    step::run(&mut command)
}

fn spin(runtimes: &Runtimes, address: &str, origin: &str) -> Result<Command, Failure> {
    build::spin()?;
    if Command::new("spin").arg("--version").output().is_err() {
        eprintln!("There is no program `spin` on PATH: the same file runs under Wasmtime.");
        let mut command = wasmtime(runtimes, address, origin);
        command.args(["-S", "p3", "-W", "component-model-async"]).arg(build::spin_under_wasmtime()?);
        return Ok(command);
    }
    let mut command = Command::new("spin");
    command.current_dir(root()).args(["up", "--from", "platforms/spin/spin.toml", "--listen", address]);
    command.args(["--variable", &format!("edgepix_origin={origin}")]);
    Ok(command)
}

/// Fastly's program takes no variables: it reads a manifest in which the origin's address is this one.
fn fastly(runtimes: &Runtimes, address: &str, origin: &str) -> Result<Command, Failure> {
    let shipped = root().join("platforms/fastly/fastly.toml");
    let text = fs::read_to_string(&shipped).map_err(|error| format!("{}: {error}", shipped.display()))?;
    let text = text.replace("http://127.0.0.1:3000", origin.trim_end_matches('/'));
    let manifest = build::write("dev/fastly.toml", text.as_bytes())?;
    let mut command = node(runtimes, "fastly");
    command.args(["compute", "serve", "--skip-build", "--non-interactive", "--metadata-disable", "--dir"]);
    command.args(manifest.parent()).args(["--addr", address]);
    command.arg("--file").arg(build::fastly()?).arg("--viceroy-path").arg(&runtimes.viceroy);
    Ok(command)
}

fn cloudflare(runtimes: &Runtimes, port: u16, origin: &str) -> Result<Command, Failure> {
    build::cloudflare()?;
    let mut command = node(runtimes, "wrangler");
    command.args(["dev", "--config", "platforms/cloudflare/wrangler.toml", "--ip", "127.0.0.1"]);
    command.args(["--port", &port.to_string(), "--var", &format!("EDGEPIX_ORIGIN:{origin}")]);
    command.env("WRANGLER_SEND_METRICS", "false");
    Ok(command)
}

fn wasi_http(runtimes: &Runtimes, address: &str, origin: &str) -> Result<Command, Failure> {
    let mut command = wasmtime(runtimes, address, origin);
    command.arg(build::wasi_http()?);
    Ok(command)
}

/// A program of a package of Node's.
fn node(runtimes: &Runtimes, name: &str) -> Command {
    let mut command = Command::new(runtimes.node_modules.join(".bin").join(name));
    command.current_dir(root());
    command
}

fn wasmtime(runtimes: &Runtimes, address: &str, origin: &str) -> Command {
    let mut command = Command::new(&runtimes.wasmtime);
    command.args(["serve", "-S", "cli=y", "--addr", address]);
    command.args(["--env", &format!("EDGEPIX_ORIGIN={origin}")]);
    command
}
