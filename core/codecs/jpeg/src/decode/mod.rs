//! The decoder.
//!
//! The way of a file, from the top:
//!
//! 1. `header` reads what stands before the first scan, with `frame`, `scan_header` and `definitions` (tables, found but
//!    not loaded). `geometry` says how large everything becomes at a `scale`, `cost` what that takes.
//! 2. `decoder` (pixels) and `plane_decoder` (components) ask `mcu_rows` for one row of MCUs after the other.
//! 3. `mcu_rows` loads the `tables`. A file of one scan is decoded by `sequential_scan` while rows are read. Of a file of
//!    several, `coefficient_scan` decodes the `needed_scans` into `coefficients` first.
//! 4. `entropy` decodes a block, `idct` transforms it into `samples`.
//! 5. `samples` become rows of pixels by `upsample` and `colour`.
//!
//! What is coded again without loss is read by `whole` (all coefficients) or `block_scan` (block by block).

mod block_scan;
mod coefficient_scan;
mod coefficients;
mod colour;
mod cost;
mod decoder;
mod definitions;
mod entropy;
mod frame;
mod geometry;
mod header;
mod idct;
mod mcu_rows;
mod needed_scans;
mod plane_decoder;
mod samples;
mod scale;
mod scan_header;
mod sequential_scan;
mod tables;
mod upsample;
mod whole;

pub(crate) use block_scan::BlockScan;
pub use decoder::Decoder;
pub(crate) use definitions::QuantisationTable;
pub use frame::Component;
pub use header::{Colour, Header, read_header};
pub use plane_decoder::PlaneDecoder;
pub use scale::Scale;
pub(crate) use scan_header::ScanHeader;
pub use whole::{Coefficients, Turn};
pub(crate) use whole::{Structure, TakeBlock};
