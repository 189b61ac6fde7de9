//! Bounds the module's memory where it is linked.

/// The most memory that the module may have: 104 MiB. The rest of an isolate's 128 MB is for JavaScript's heap and for
/// the bodies that pass through it. workerd knows no limit of its own: past this one an allocation fails.
const MAX_MEMORY: u32 = 104 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|architecture| architecture == "wasm32") {
        println!("cargo::rustc-link-arg-cdylib=--max-memory={MAX_MEMORY}");
    }
}
