//! What a decoder begins with: the boolean decoder, and the header of a frame.

mod bool_decoder;
mod header;

pub use crate::decode::bool_decoder::BoolDecoder;
pub use crate::decode::header::FrameHeader;
