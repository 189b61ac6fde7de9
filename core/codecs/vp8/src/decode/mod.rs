//! What a decoder begins with: the boolean decoder, the header of a frame, and the modes and levels of macroblocks.

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
