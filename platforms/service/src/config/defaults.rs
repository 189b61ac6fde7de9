//! The defaults that differ by platform.

use edgepix_core::Limits;

use super::values::Origin;

/// The defaults that differ by platform.
#[derive(Clone, Debug)]
pub struct Defaults {
    /// Where sources named by a path are read from.
    pub origin: Origin,
    /// Whether `EDGEPIX_ORIGIN` may be a folder.
    pub folders: bool,
    /// Bytes that all jobs of one instance together may plan for.
    pub memory_budget: u64,
    /// Whether an instance serves one request at a time, so that one job may plan for all of the memory; else for half.
    pub one_at_a_time: bool,
    /// Longest source in bytes.
    pub source_bytes: u64,
    /// Instructions that one job may plan for, in the unit of [`Plan::work`](edgepix_core::Plan::work).
    pub work: u64,
    /// Domains that the platform routes to the application itself or its neighbours, in lower case: they and all
    /// below them are refused as sources, whatever is allowed.
    pub internal_hosts: &'static [&'static str],
}

impl Defaults {
    /// Instructions that an edge platform executes in a millisecond of processor time, in the unit of
    /// [`Plan::work`](edgepix_core::Plan::work). Measured under Wasmtime on a shared x86-64 machine, the host's work
    /// included: a photo of 3 megapixels to 800 pixels as JPEG plans for 466 million and took 40 ms, as WebP for 994
    /// million and 67 ms.
    pub const WORK_A_MILLISECOND: u64 = 12_000_000;

    /// No origin, and sources of 16 MiB: an isolate of 128 MB, of which jobs may have this much.
    pub fn isolate(memory_budget: u64) -> Self {
        Self { memory_budget, source_bytes: 16 << 20, ..Self::default() }
    }

    /// What one job may do within a memory budget.
    pub(crate) fn limits(&self, memory_budget: u64) -> Limits {
        let mut limits = Limits::new();
        limits.source_bytes = self.source_bytes;
        limits.memory = if self.one_at_a_time { memory_budget } else { memory_budget / 2 };
        limits.work = self.work;
        limits
    }
}

impl Default for Defaults {
    /// No origin, 512 MiB, sources of 32 MiB: a native process.
    fn default() -> Self {
        Self {
            origin: Origin::None,
            folders: false,
            memory_budget: 512 << 20,
            one_at_a_time: false,
            source_bytes: Limits::new().source_bytes,
            work: Limits::new().work,
            internal_hosts: &[],
        }
    }
}
