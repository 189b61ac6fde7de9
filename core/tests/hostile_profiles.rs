//! Damaged and lying profiles: no panic, and no more memory than was said. One test, because every thread would count.

#![allow(dead_code, reason = "these modules serve other tests, too")]

#[path = "icc/build.rs"]
mod build;
#[path = "icc/profiles.rs"]
mod profiles;
#[path = "icc/reference.rs"]
mod reference;

use std::panic::{AssertUnwindSafe, catch_unwind};

use edgepix_core::stages::{Colours, Samples};
use fastrand::Rng;
use peak_alloc::PeakAlloc;
use profiles::all;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;
/// Bytes that the thread which runs tests may allocate meanwhile.
const HARNESS: u64 = 4 << 10;

#[test]
fn nothing_goes_wrong_with_broken_profiles() {
    let mut random = Rng::with_seed(3);
    let (mut files, mut used) = (0, 0);
    for case in all() {
        let mut check = |icc: &[u8], what: &dyn Fn() -> String| {
            let checked = catch_unwind(AssertUnwindSafe(|| {
                convert::<u8>(icc, case.channels) | convert::<u16>(icc, case.channels)
            }));
            files += 1;
            used += usize::from(checked.unwrap_or_else(|_| panic!("{}, {}", case.name, what())));
        };
        // Cut anywhere in its header and tags, and then here and there.
        let length = case.bytes.len();
        for end in (0..length.min(600)).chain((600..length).step_by(997)) {
            check(&case.bytes[..end], &|| format!("cut at {end}"));
        }
        // Every byte that counts, and others at random.
        for round in 0..1500 {
            let at = if round < 600 { round % length } else { random.usize(..length.min(3000)) };
            let value = [0, 1, 2, 0x7f, 0x80, 0xff, random.u8(..)][random.usize(..7)];
            let mut icc = case.bytes.clone();
            icc[at] = value;
            if round % 3 == 0 {
                let at = random.usize(..length);
                icc[at] = random.u8(..);
            }
            check(&icc, &|| format!("byte {at} is {value}"));
        }
    }
    // Most damage is in numbers that may be anything.
    assert!(files > 20_000 && used > files / 4, "{used} of {files} could be used");
}

/// Whether it could be used.
fn convert<T: for<'p> Samples<'p> + From<u8>>(icc: &[u8], channels: usize) -> bool {
    let from: Vec<T> = (0..=255).map(T::from).collect();
    let mut to = [0; 256];
    HEAP.reset_peak_usage();
    let before = HEAP.current_usage();
    let used = || HEAP.peak_usage().saturating_sub(before) as u64;
    let colours = Colours::of(icc, channels, false);
    assert!(used() <= HARNESS, "reading a profile allocates {} bytes", used());
    let Ok(Some(colours)) = colours else { return false };
    colours.convert(&from, &mut to);
    let (planned, used) = (colours.memory::<T>(), used());
    assert!(used <= planned + HARNESS && used * 2 >= planned, "{used} bytes of {planned} that were planned");
    true
}
