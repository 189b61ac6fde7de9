//! What a decoder begins with: the boolean decoder, the header of a frame, and the modes and levels of macroblocks.

mod bool_decoder;
mod header;
pub(crate) mod modes;
pub(crate) mod tokens;

pub use crate::decode::bool_decoder::BoolDecoder;
pub use crate::decode::header::FrameHeader;
