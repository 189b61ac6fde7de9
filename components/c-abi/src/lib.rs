//! The core as a WebAssembly core module with a plain C ABI, for hosts that do not know components.
//!
//! Functions take and return addresses and lengths; nothing is imported. `edgepix.h` beside this crate documents them.
//! Options are written as in a URL's query or as JSON, and read by the core, as everywhere.
//!
//! No raw pointer is ever dereferenced here: the host writes into [buffers](memory::Buffers) that this module keeps, and
//! refers to them by their addresses.

mod answer;
mod exports;
mod memory;
mod options;
mod vocabulary;
