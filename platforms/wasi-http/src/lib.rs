//! The image service on hosts of wasi:http 0.2.
