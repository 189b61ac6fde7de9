//! Generated code. It passes values through raw memory, which is the only unsafe code here.
#![allow(unsafe_code, reason = "generated")]

use crate::Component;

wasi::http::proxy::export!(Component);

/// What wit-bindgen makes of the interface that the engine stands behind.
#[cfg(feature = "component")]
#[allow(missing_docs, unreachable_pub, reason = "generated")]
mod imports {
    wit_bindgen::generate!({
        path: ["../../wit/image-processor", "../../wit/pipeline"],
        inline: "
            package edgepix:wasi-http;

            world service {
                import edgepix:pipeline/pipeline@0.2.0;
            }
        ",
        world: "edgepix:wasi-http/service",
        generate_all,
    });
}

#[cfg(feature = "component")]
pub(crate) use imports::edgepix::pipeline::pipeline;
