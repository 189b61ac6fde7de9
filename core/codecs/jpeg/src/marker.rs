//! The second byte of the markers that this crate and its callers know by name (T.81 Table B.1).

/// Start of a baseline frame.
pub const SOF0: u8 = 0xC0;
/// Start of an extended sequential frame.
pub const SOF1: u8 = 0xC1;
/// Start of a progressive frame.
pub const SOF2: u8 = 0xC2;
/// Huffman tables.
pub const DHT: u8 = 0xC4;
/// The first of eight restart markers.
pub const RST0: u8 = 0xD0;
/// The last of eight restart markers.
pub const RST7: u8 = 0xD7;
/// Start of image.
pub const SOI: u8 = 0xD8;
/// End of image.
pub const EOI: u8 = 0xD9;
/// Start of scan.
pub const SOS: u8 = 0xDA;
/// Quantisation tables.
pub const DQT: u8 = 0xDB;
/// Restart interval.
pub const DRI: u8 = 0xDD;
/// JFIF.
pub const APP0: u8 = 0xE0;
/// EXIF and XMP.
pub const APP1: u8 = 0xE1;
/// Parts of an ICC profile.
pub const APP2: u8 = 0xE2;
/// Photoshop's resources, IPTC among them.
pub const APP13: u8 = 0xED;
/// Adobe's colour transform.
pub const APP14: u8 = 0xEE;
/// The last application segment.
pub const APP15: u8 = 0xEF;
/// Comment.
pub const COM: u8 = 0xFE;
