//! The image service on Fastly Compute.

fn main() {}
