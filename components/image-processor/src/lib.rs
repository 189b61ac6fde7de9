//! The core as a WebAssembly component: the world `image-pipeline` of `wit/`, which includes `image-processor`.
//!
//! It does nothing but convert values. It imports nothing: no clock, no file, no randomness, no host call of any kind.

mod pipeline;
mod transforms;

/// What wit-bindgen makes of `wit/`. It lifts and lowers values through raw memory, which is the only unsafe code here.
#[allow(unsafe_code, missing_docs, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/image-processor", "../../wit/pipeline"],
        world: "edgepix:pipeline/image-pipeline",
        pub_export_macro: true,
        generate_all,
    });

    use super::Component;
    export!(Component with_types_in self);
}

edgepix_wit_types::component!(crate::bindings::exports::edgepix::pipeline::pipeline);

/// The type that implements the exported functions.
struct Component;
