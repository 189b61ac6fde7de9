//! The exported functions, as `edgepix.h` describes them.
//!
//! Only the export by a plain name counts as unsafe, as the linker cannot tell it from another symbol of the same name:
//! hence the prefix. The functions themselves are safe, whatever a host passes.

#![allow(
    unsafe_code,
    reason = "SAFETY: every name begins with `edgepix_`, and no other crate exports such names"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ptr;

use edgepix_core::{Error, Kind, Limits};

use crate::answer::Answer;
use crate::memory::Buffers;
use crate::options;

/// Incremented whenever a host that was written for the previous version would no longer work.
const VERSION: u32 = 1;

thread_local! {
    static MODULE: RefCell<Module> = const { RefCell::new(Module::new()) };
}

/// The module's state between calls.
struct Module {
    buffers: Buffers,
    limits: Limits,
    results: BTreeMap<u32, Answer>,
    /// The number of the previous result; no result has 0.
    last: u32,
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_abi_version() -> u32 {
    VERSION
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_allocate(size: usize) -> *mut u8 {
    with(|module| module.buffers.allocate(size).unwrap_or(ptr::null_mut()))
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_free(address: *const u8) {
    with(|module| module.buffers.free(address));
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_limits(
    source_bytes: u64,
    source_pixels: u64,
    output_side: u32,
    frames: u32,
    memory: u64,
) {
    let default = Limits::new();
    with(|module| {
        let limits = &mut module.limits;
        limits.source_bytes = or(source_bytes, default.source_bytes);
        limits.source_pixels = or(source_pixels, default.source_pixels);
        limits.output_side = or(output_side, default.output_side);
        limits.frames = or(frames, default.frames);
        limits.memory = or(memory, default.memory);
    });
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_work_limits(output_pixels: u64, animation_pixels: u64, work: u64) {
    let default = Limits::new();
    with(|module| {
        let limits = &mut module.limits;
        limits.output_pixels = or(output_pixels, default.output_pixels);
        limits.animation_pixels = or(animation_pixels, default.animation_pixels);
        limits.work = or(work, default.work);
    });
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_set_limits(json: *const u8, json_length: usize) -> u32 {
    with(|module| {
        let answer = match module.buffers.get(json, json_length).map(options::limits) {
            Some(Ok(limits)) => {
                module.limits = limits;
                Answer::limits(&limits)
            }
            Some(Err(error)) => Answer::error(&error),
            None => outside(),
        };
        module.keep(answer)
    })
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_vocabulary() -> u32 {
    with(|module| module.keep(Answer::vocabulary()))
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_metadata(source: *const u8, source_length: usize) -> u32 {
    answer((source, source_length), (ptr::null(), 0), |source, _, limits| Answer::metadata(source, limits))
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_plan(
    source: *const u8,
    source_length: usize,
    options: *const u8,
    options_length: usize,
) -> u32 {
    answer((source, source_length), (options, options_length), Answer::plan)
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_transform(
    source: *const u8,
    source_length: usize,
    options: *const u8,
    options_length: usize,
) -> u32 {
    answer((source, source_length), (options, options_length), Answer::transform)
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_result_error(result: u32) -> u32 {
    let nothing = Error::new(Kind::InvalidParameter, "No such result.");
    read(result, |answer| answer.error).unwrap_or_else(|| Answer::error(&nothing).error)
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_result_bytes(result: u32) -> *const u8 {
    read(result, |answer| answer.bytes.as_ptr()).unwrap_or(ptr::null())
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_result_bytes_length(result: u32) -> usize {
    read(result, |answer| answer.bytes.len()).unwrap_or(0)
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_result_json(result: u32) -> *const u8 {
    read(result, |answer| answer.json.as_ptr()).unwrap_or(ptr::null())
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_result_json_length(result: u32) -> usize {
    read(result, |answer| answer.json.len()).unwrap_or(0)
}

#[unsafe(no_mangle)]
extern "C" fn edgepix_result_free(result: u32) {
    with(|module| module.results.remove(&result));
}

impl Module {
    const fn new() -> Self {
        Self { buffers: Buffers::new(), limits: Limits::new(), results: BTreeMap::new(), last: 0 }
    }

    /// Keeps an answer until it is freed, and returns its number.
    fn keep(&mut self, answer: Answer) -> u32 {
        // After 2³² answers numbers start again; those in use are skipped.
        loop {
            self.last = self.last.wrapping_add(1).max(1);
            if !self.results.contains_key(&self.last) {
                self.results.insert(self.last, answer);
                return self.last;
            }
        }
    }
}

/// The value, or the default where it is 0.
fn or<T: Default + PartialEq>(value: T, default: T) -> T {
    if value == T::default() { default } else { value }
}

/// Looks up the host's buffers, computes the answer and keeps it.
fn answer(
    source: (*const u8, usize),
    options: (*const u8, usize),
    work: impl FnOnce(&[u8], &[u8], &Limits) -> Answer,
) -> u32 {
    with(|module| {
        let limits = module.limits;
        let found = |(address, length)| module.buffers.get(address, length);
        let answer = match (found(source), found(options)) {
            (Some(source), Some(options)) => work(source, options, &limits),
            _ => outside(),
        };
        module.keep(answer)
    })
}

fn outside() -> Answer {
    let message = "An address and length do not lie within a buffer of edgepix_allocate.";
    Answer::error(&Error::new(Kind::InvalidParameter, message))
}

fn read<T>(result: u32, field: impl FnOnce(&Answer) -> T) -> Option<T> {
    with(|module| module.results.get(&result).map(field))
}

fn with<T>(work: impl FnOnce(&mut Module) -> T) -> T {
    MODULE.with_borrow_mut(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_stays_until_it_is_freed() {
        let first = edgepix_metadata(ptr::null(), 0);
        let second = edgepix_metadata(ptr::null(), 0);
        assert!(first != 0 && first != second);
        assert_eq!(edgepix_result_error(first), 3, "nothing is not an image");
        assert!(edgepix_result_json_length(first) > 0 && !edgepix_result_json(first).is_null());
        edgepix_result_free(first);
        edgepix_result_free(first);
        assert_eq!(edgepix_result_error(first), 1);
        assert_eq!((edgepix_result_json_length(first), edgepix_result_bytes_length(first)), (0, 0));
        assert!(edgepix_result_json(first).is_null() && edgepix_result_bytes(first).is_null());
        assert_eq!(edgepix_result_error(second), 3);
    }

    #[test]
    fn addresses_outside_of_buffers_are_an_error() {
        let buffer = edgepix_allocate(8);
        for result in [
            edgepix_metadata(buffer, 9),
            edgepix_metadata(buffer.wrapping_sub(1), 1),
            edgepix_plan(buffer, 8, ptr::null(), 1),
            edgepix_transform(buffer, 8, buffer, usize::MAX),
        ] {
            assert_eq!(edgepix_result_error(result), 1);
        }
        assert_eq!(edgepix_result_error(edgepix_transform(buffer, 8, ptr::null(), 0)), 3);
        edgepix_free(buffer);
        assert_eq!(edgepix_result_error(edgepix_metadata(buffer, 8)), 1);
    }

    #[test]
    fn limits_hold_until_the_next_ones() {
        let buffer = edgepix_allocate(8);
        edgepix_limits(4, 0, 0, 0, 0);
        assert_eq!(edgepix_result_error(edgepix_metadata(buffer, 8)), 5);
        assert_eq!(edgepix_result_error(edgepix_metadata(buffer, 4)), 3);
        edgepix_work_limits(1, 2, 3);
        assert_eq!(edgepix_result_error(edgepix_metadata(buffer, 8)), 5, "the other limits stay");
        let set =
            with(|module| (module.limits.output_pixels, module.limits.animation_pixels, module.limits.work));
        assert_eq!(set, (1, 2, 3));
        assert_eq!(edgepix_result_error(edgepix_set_limits(buffer, 9)), 1);
        assert_eq!(edgepix_result_error(edgepix_set_limits(buffer, 8)), 1, "zeros are not JSON");
        assert_eq!(with(|module| module.limits.output_pixels), 1, "an error leaves them");
        edgepix_limits(0, 0, 0, 0, 0);
        edgepix_work_limits(0, 0, 0);
        assert_eq!(with(|module| module.limits), Limits::new());
        assert_eq!(edgepix_result_error(edgepix_metadata(buffer, 8)), 3);
    }
}
