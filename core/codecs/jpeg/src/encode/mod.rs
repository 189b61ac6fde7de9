//! The encoder: rows in, a sequential or progressive file out (T.81 F.1, G.1).
//!
//! `parameters` say what is to be encoded, `cost` what that takes. `encoder` takes rows, which become `colour` → `samples` →
//! `overshoot` → `fdct` → `quantise` → `block_stream`, a row of MCUs at a time. With [`Effort::Small`], `trellis` chooses the
//! values that go into the stream. When all blocks are counted, `huffman` makes the tables. A sequential file is written by
//! `file_writer`: the `headers`, and what `entropy_coder` makes of the stream. A progressive one is written by `progressive`:
//! `scan_script` decides the scans, with what `band_counts` has counted, and `ac_scan` codes them.
//!
//! `recode` writes coefficients of another file again.

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
mod md5;
mod metadata;
mod overshoot;
mod parameters;
mod progressive;
mod quantise;
mod recode;
mod samples;
mod scan_script;
mod trellis;

pub use encoder::Encoder;
pub use metadata::Metadata;
pub use parameters::{Effort, Parameters, Pixels, Subsampling};
pub use recode::{recode, recode_coefficients};
