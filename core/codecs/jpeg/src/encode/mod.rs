//! The encoder: rows in, a baseline file out (T.81 F.1).
//!
//! `parameters` say what is to be encoded, `cost` what that takes. `encoder` takes rows, which become `colour` → `samples` →
//! `fdct` → `quantise` → `block_stream`, a row of MCUs at a time. When all blocks are counted, `huffman` makes the tables,
//! and `file_writer` writes the `headers` and what `entropy_coder` makes of the stream.

mod ac_scan;
mod band_counts;
mod bit_writer;
mod block_stream;
mod colour;
mod cost;
mod encoder;
mod entropy_coder;
mod fdct;
mod file_writer;
mod headers;
mod huffman;
mod parameters;
mod progressive;
mod quantise;
mod samples;
mod scan_script;
mod trellis;

pub use encoder::Encoder;
pub use parameters::{Effort, Parameters, Pixels, Subsampling};
