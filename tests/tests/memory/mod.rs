//! Measures what a piece of work takes from the heap. For test files of a single test: every thread counts.

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Runs `work`; its result, and how far the heap grew at most meanwhile, in bytes.
pub(crate) fn measured<T>(work: impl FnOnce() -> T) -> (T, u64) {
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let result = work();
    (result, HEAP.peak_usage().saturating_sub(before) as u64)
}
