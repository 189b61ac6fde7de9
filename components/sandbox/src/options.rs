//! The options of a sandbox, and the reasons why it may not start.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The bounds of every instance and every call, and where compiled code is kept.
///
/// ```
/// use std::time::Duration;
///
/// use edgepix_core::Limits;
/// use edgepix_sandbox::Options;
///
/// let mut limits = Limits::default();
/// limits.memory = 128 << 20;
/// let options = Options {
///     // Room for the largest source and the largest plan that the limits accept.
///     memory: limits.source_bytes + limits.memory + Options::OVERHEAD,
///     deadline: Duration::from_secs(5),
///     instances: 4,
///     ..Options::default()
/// };
/// assert_eq!(options.memory, 224 << 20);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Bytes of memory that one instance may have, at most 4 GiB: the source's bytes, the job's
    /// [`Plan::memory`](edgepix_core::Plan::memory), and [some](Options::OVERHEAD) for the component itself. Default
    /// 640 MiB.
    pub memory: u64,
    /// The longest that one call may take. It is ended within [`TICK`](Options::TICK) after that. Default 30 s.
    pub deadline: Duration,
    /// WebAssembly instructions that one call may execute, in Wasmtime's count; the same job takes the same number on every
    /// machine. Counting costs time. Default: not counted.
    pub fuel: Option<u64>,
    /// Instances at once, which is sources at once. Each reserves 4 GiB of the process's address space; memory is used only
    /// as far as the instance needs it. Default 16.
    pub instances: u32,
    /// A folder for compiled code, made where it is missing; on Unix only. Its files are executed: they and the folder must
    /// belong to the process's user, and nobody else may write to them.
    /// Default: none, the component is compiled whenever a sandbox is made.
    pub cache: Option<PathBuf>,
}

impl Options {
    /// How often running calls check the clock.
    pub const TICK: Duration = Duration::from_millis(10);

    /// Bytes that an instance needs beside a source and its plan: for the component's data, its stack, and gaps that its
    /// allocator cannot use.
    pub const OVERHEAD: u64 = 64 << 20;
}

impl Default for Options {
    fn default() -> Self {
        Self { memory: 640 << 20, deadline: Duration::from_secs(30), fuel: None, instances: 16, cache: None }
    }
}

/// Why there is no sandbox. Each with a sentence for a person.
///
/// ```
/// use edgepix_sandbox::{Options, Sandbox, SandboxError};
///
/// let options = Options { instances: 0, ..Options::default() };
/// let error = Sandbox::new(b"", &options).unwrap_err();
/// assert!(matches!(error, SandboxError::Options(_)));
/// assert_eq!(error.to_string(), "a sandbox needs at least one instance, and some time and fuel for it");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SandboxError {
    /// An option is out of range, or more than this machine can provide.
    Options(String),
    /// The bytes are not a component, or not the image component.
    Component(String),
    /// The folder for compiled code cannot be used, or cannot be trusted.
    Cache(String),
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (SandboxError::Options(message)
        | SandboxError::Component(message)
        | SandboxError::Cache(message)) = self;
        f.write_str(message)
    }
}

impl std::error::Error for SandboxError {}
