//! The decoder.
//!
//! `header` finds the partitions of a frame. Of each macroblock, `modes` and `tokens` read what the `bool_decoder` gives,
//! `rebuild` predicts samples and adds what the levels, by the `steps` of the quantiser, stand for, and `filter` smooths edges.
//! `decoder` keeps the few rows that are needed for that.

mod bool_decoder;
mod decoder;
mod filter;
mod header;
pub(crate) mod modes;
mod rebuild;
mod steps;
pub(crate) mod tokens;

pub use crate::decode::bool_decoder::BoolDecoder;
pub use crate::decode::decoder::{Decoder, Rows};
pub use crate::decode::header::FrameHeader;
pub(crate) use crate::decode::header::partitions;
