#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| (edgepix_fuzz::target("webp-encode").run)(data));
