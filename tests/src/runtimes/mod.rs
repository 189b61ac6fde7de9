//! The platforms' own runtimes: each is started as a process that serves what `cargo xtask build` has left in `dist/`,
//! gets its configuration in its platform's way, and is spoken to over HTTP.

mod cloudflare;
mod fastly;
mod process;
mod server;
mod spin;
mod wasi_http;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use process::MemoryOf;
use process::Process;

/// Bytes of memory in an isolate of Fastly's and Cloudflare's.
pub const ISOLATE: u64 = 128 << 20;

/// The names of all runtimes.
pub const RUNTIMES: [&str; 8] =
    ["server", "sandbox", "spin", "fastly", "cloudflare", "wasi-http", "jco", "composed"];

/// Those of them whose instances serve one request at a time.
pub const ONE_AT_A_TIME: [&str; 4] = ["fastly", "wasi-http", "jco", "composed"];

/// The configuration of a runtime.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The configuration, by the names that it has in the documentation.
    pub variables: BTreeMap<String, String>,
    /// The most memory that an instance may have, in bytes, where the host has a flag for it.
    pub memory: Option<u64>,
}

impl Settings {
    /// Settings with this origin, as its base URL, and with so much time that no machine is too busy.
    pub fn with_origin(origin: &str) -> Self {
        let patient = Self::default().with("EDGEPIX_FETCH_TIMEOUT", 120).with("EDGEPIX_TIMEOUT", 600);
        patient.with("EDGEPIX_ORIGIN", origin)
    }

    /// Sets one more variable.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.variables.insert(name.to_owned(), value.to_string());
        self
    }
}

/// A runtime that is running. Dropped, it ends.
pub struct Runtime {
    process: Process,
    address: SocketAddr,
    /// What stands behind the figures in a report: `under Wasmtime`. Empty where the name says it all.
    pub note: &'static str,
    /// Its folder lasts as long as the process.
    _stage: Stage,
}

/// Where a runtime may put its files, and the port that it is to listen on.
pub(crate) struct Stage {
    /// A folder of its own, removed at the end.
    pub(crate) folder: PathBuf,
    /// A port of 127.0.0.1.
    pub(crate) port: u16,
}

/// What a runtime's module gives: the process that was started, and the report's note.
pub(crate) struct Started {
    pub(crate) process: Process,
    pub(crate) note: &'static str,
}

impl Runtime {
    /// Starts a runtime and waits until it answers.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing, or the end of what the runtime printed.
    pub fn start(name: &str, settings: &Settings) -> Result<Self, String> {
        let stage = Stage::new(name)?;
        let start = match name {
            "server" => server::native,
            "sandbox" => server::sandbox,
            "spin" => spin::start,
            "fastly" => fastly::start,
            "cloudflare" => cloudflare::start,
            "wasi-http" => wasi_http::wasmtime,
            "jco" => wasi_http::jco,
            "composed" => wasi_http::composed,
            _ => {
                return Err(format!(
                    "there is no runtime `{name}`; the runtimes are {}",
                    RUNTIMES.join(", ")
                ));
            }
        };
        let Started { mut process, note } = start(settings, &stage)?;
        let address = SocketAddr::from(([127, 0, 0, 1], stage.port));
        process.wait_until_it_answers(address)?;
        Ok(Self { process, address, note, _stage: stage })
    }

    /// The address of a path with its query.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Processor time that the runtime has taken so far; `None` where the system does not count it.
    pub fn processor_time(&self) -> Option<Duration> {
        self.process.processor_time()
    }

    /// Where to look for its resident memory.
    pub fn memory(&self) -> MemoryOf {
        self.process.memory()
    }

    /// How the runtime ended, where it did by itself.
    pub fn ended(&mut self) -> Option<String> {
        self.process.ended()
    }

    /// What the runtime has printed.
    pub fn log(&self) -> String {
        self.process.log()
    }
}

impl Stage {
    fn new(name: &str) -> Result<Self, String> {
        let unused = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = unused.map_err(|error| format!("no port is free: {error}"))?.port();
        let folder = std::env::temp_dir().join(format!("edgepix-{name}-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self { folder, port })
    }

    /// Writes a file of this name and gives its path.
    pub(crate) fn write(&self, name: &str, content: &str) -> Result<PathBuf, String> {
        let path = self.folder.join(name);
        std::fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A product of `cargo xtask build`.
pub(crate) fn product(name: &str) -> Result<PathBuf, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist").join(name);
    let found = path.canonicalize();
    found.map_err(|error| format!("{}: {error}. `cargo xtask build` makes it.", path.display()))
}
