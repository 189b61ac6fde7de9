//! The header of a key frame (RFC 6386 sections 9.1 to 9.5).

use crate::decode::bool_decoder::BoolDecoder;
use crate::error::HeaderError;
use crate::parameters::Parameters;

/// What the header of a key frame says.
///
/// ```
/// use edgepix_vp8::{Encoder, FrameHeader, HeaderError, PixelLayout};
///
/// let mut encoder = Encoder::new(16, 1, PixelLayout::Grey, 80)?;
/// encoder.write_row(&[128; 16])?;
/// let frame = encoder.finish()?;
///
/// let header = FrameHeader::read(&frame)?;
/// assert_eq!((header.width, header.height, header.coefficient_partitions), (16, 1, 1));
/// assert_eq!(FrameHeader::read(&frame[..9]), Err(HeaderError::NotAFrame));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameHeader {
    /// Pixels across, 0 to 16383.
    pub width: u32,
    /// Pixels down, 0 to 16383.
    pub height: u32,
    /// Bytes of the first partition, which follows the ten bytes of the header.
    pub first_partition: usize,
    /// Partitions of coefficients: 1, 2, 4 or 8.
    pub coefficient_partitions: usize,
}

impl FrameHeader {
    /// Reads the header of a key frame, the payload of a `VP8 ` chunk, up to the number of partitions. Those of coefficients
    /// may be cut short. Nothing is allocated.
    ///
    /// # Errors
    ///
    /// If it is no key frame, or if the first partition reaches past the end of `data`.
    pub fn read(data: &[u8]) -> Result<Self, HeaderError> {
        Self::split(data).map(|(header, ..)| header)
    }

    /// The same, with the first partition and all that follows.
    pub(crate) fn split(data: &[u8]) -> Result<(Self, &[u8], &[u8]), HeaderError> {
        // Section 9.1.
        let Some((&[t0, t1, t2, 0x9D, 0x01, 0x2A, w0, w1, h0, h1], rest)) = data.split_first_chunk() else {
            return Err(HeaderError::NotAFrame);
        };
        let tag = u32::from_le_bytes([t0, t1, t2, 0]);
        if tag & 1 != 0 {
            return Err(HeaderError::NotAKeyFrame);
        }
        let first_partition = (tag >> 5) as usize;
        let (first, rest) = rest.split_at_checked(first_partition).ok_or(HeaderError::Truncated)?;
        let coefficient_partitions =
            1 << Parameters::read_front(&mut BoolDecoder::new(first)).partitions_log2;
        // The two upper bits ask for scaling.
        let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
        let header = FrameHeader {
            width: side(w0, w1),
            height: side(h0, h1),
            first_partition,
            coefficient_partitions,
        };
        Ok((header, first, rest))
    }
}

/// The partitions of coefficients, behind their sizes (section 9.5), as far as they are there.
pub(crate) fn partitions(data: &[u8], count: usize) -> impl Iterator<Item = &[u8]> {
    let (sizes, mut rest) = data.split_at_checked(3 * (count - 1)).unwrap_or_default();
    (0..count).map(move |i| {
        let size = sizes.as_chunks().0.get(i).map(|&[a, b, c]| u32::from_le_bytes([a, b, c, 0]) as usize);
        let (partition, behind) = rest.split_at(size.unwrap_or(rest.len()).min(rest.len()));
        rest = behind;
        partition
    })
}
