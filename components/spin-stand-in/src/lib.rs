//! What only Spin gives to `spin.wasm`, for tests on hosts that are not Spin: plugged into the unchanged component, this
//! one answers its variables from the environment, `edgepix_origin` by `EDGEPIX_ORIGIN`. It is never shipped.

use std::env;

use bindings::exports::spin::variables::variables::{Error, Guest};

/// What wit-bindgen makes of `wit/`. It lifts and lowers values through raw memory, which is the only unsafe code here.
#[allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "stand-in" });

    use super::StandIn;
    export!(StandIn with_types_in self);
}

/// Where the exported function is implemented.
struct StandIn;

impl Guest for StandIn {
    async fn get(name: String) -> Result<String, Error> {
        // As strict as Spin is, so that a name in the wrong spelling fails here too.
        if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            return Err(Error::InvalidName(name));
        }
        env::var(name.to_ascii_uppercase()).map_err(|_| Error::Undefined(name))
    }
}
