//! The core as a WebAssembly core module with a plain C ABI, for hosts that do not know components.
//!
//! Addresses and lengths go in and out, and nothing is imported. `edgepix.h` beside this crate is the documentation; what
//! is asked is written as in a URL's query, and read by the core's parser, as everywhere.
//!
//! No raw pointer is ever followed here: the host writes into [buffers](memory::Buffers) that this module keeps, and names
//! them by their addresses.

mod answer;
mod exports;
mod memory;
