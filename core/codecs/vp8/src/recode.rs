//! Writes a frame again: the same modes and levels by the same probabilities, in the same partitions.

use crate::decode::{BoolDecoder, FrameHeader, modes, partitions, tokens};
use crate::encode::{self, BoolEncoder, TAG, TAIL, Writer};
use crate::levels::{Flags, Levels, Y2_BLOCK};
use crate::modes::{Luma, Neighbours};
use crate::parameters::Parameters;

/// Writes a frame, the payload of a `VP8 ` chunk, again without loss, in as many bytes or fewer. A decoder makes the same of
/// it. `None` where anything is missing or broken, or in a form that no encoder writes.
///
/// ```
/// use edgepix_vp8::{Encoder, PixelLayout, recode};
///
/// let mut encoder = Encoder::new(16, 1, PixelLayout::Grey, 80)?;
/// encoder.write_row(&[128; 16])?;
/// let frame = encoder.finish()?;
/// // Behind the frame, something that is no part of it.
/// assert_eq!(recode(&[&frame[..], b"behind"].concat()), Some(frame));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn recode(frame: &[u8]) -> Option<Vec<u8>> {
    let header = FrameHeader::read(frame).ok()?;
    let (tag, rest) = frame.split_at_checked(TAG)?;
    let (version, is_shown) = (tag[0] >> 1 & 7, tag[0] >> 4 & 1 != 0);
    if version > 3 || !is_shown {
        return None;
    }
    let (across, down) = ((header.width as usize).div_ceil(16), (header.height as usize).div_ceil(16));
    let (first, rest) = rest.split_at_checked(header.first_partition)?;
    let mut first = Partition::new(first);
    let mut partitions: Vec<_> =
        partitions(rest, header.coefficient_partitions).map(Partition::new).collect();

    let parameters = Parameters::read(&mut first.read);
    parameters.write(&mut first.write);
    let mut levels = Box::new(Levels::NONE);
    let mut neighbours = Neighbours::new(across);
    let mut above = vec![Flags::default(); across];
    for y in 0..down {
        let partition = &mut partitions[y % header.coefficient_partitions];
        let mut left = Flags::default();
        for (x, above) in above.iter_mut().enumerate() {
            let modes = modes::read(&mut first.read, &parameters, x, &neighbours);
            encode::write_modes(&modes, &parameters, x, &mut neighbours, &mut first.write);
            levels.has_y2 = matches!(modes.luma, Luma::Whole(_));
            if modes.skipped {
                levels.skip(above, &mut left);
                continue;
            }
            // What is around is the same where they are written.
            let (read_above, read_left) = (&mut above.clone(), &mut left.clone());
            let probabilities = &parameters.probabilities;
            if tokens::read(&mut levels, &mut partition.read, probabilities, read_above, read_left) != 0 {
                return None;
            }
            if levels.present == 0 {
                // Not skipped: each block says that it has none.
                levels.present = 1 << if levels.has_y2 { Y2_BLOCK } else { 0 };
            }
            levels.walk(above, &mut left, &mut Writer { bools: &mut partition.write, probabilities });
        }
    }

    let first = first.finish()?;
    let partitions: Option<Vec<_>> = partitions.into_iter().map(Partition::finish).collect();
    let partitions = partitions?;
    // The last one has no size.
    let sizes = partitions.iter().rev().skip(1).rev().map(|partition| partition.len().to_le_bytes());
    let sizes: Vec<u8> = sizes.flat_map(|[a, b, c, ..]| [a, b, c]).collect();
    let size = [header.width, header.height].map(|side| side as u16);
    let parts: [&[u8]; 3] = [&encode::tag(version, size, first.len()), &first, &sizes];
    let parts = parts.into_iter().chain(partitions.iter().map(Vec::as_slice));
    let mut out = Vec::with_capacity(parts.clone().map(<[u8]>::len).sum());
    parts.for_each(|part| out.extend_from_slice(part));
    Some(out)
}

/// An upper bound of the heap bytes that [`recode`] takes at its peak, for a frame of so many bytes. The returned `Vec` is
/// included.
///
/// ```
/// // Twice the frame, and a row of macroblocks.
/// assert!(edgepix_vp8::recode_memory(1600, 100_000) < 210_000);
/// ```
pub fn recode_memory(width: u32, bytes: u64) -> u64 {
    let across = u64::from(width.div_ceil(16));
    let around = across * (size_of::<Flags>() + 4) as u64;
    2 * bytes
        + around
        + (size_of::<Levels>() + MOST_PARTITIONS * (size_of::<Partition<'_>>() + TAIL)) as u64
        + 256
}

/// A partition that is read, and the one that is written.
struct Partition<'a> {
    read: BoolDecoder<'a>,
    write: BoolEncoder,
}

impl<'a> Partition<'a> {
    fn new(data: &'a [u8]) -> Self {
        Partition {
            read: BoolDecoder::new(data),
            write: BoolEncoder::new(Vec::with_capacity(data.len() + TAIL)),
        }
    }

    fn finish(self) -> Option<Vec<u8>> {
        (!self.read.overrun()).then(|| self.write.finish())
    }
}

/// With the first one.
const MOST_PARTITIONS: usize = 9;

#[cfg(test)]
mod tests {
    use super::recode;
    use crate::encode::{BoolEncoder, tag};
    use crate::parameters::{Filter, Parameters};
    use crate::tables::DEFAULT_TOKENS;

    /// A frame of one macroblock, whose first block of chroma has the level 1 and then, if asked for, zeros to its end.
    fn frame(has_zeros: bool) -> Vec<u8> {
        let parameters = Parameters {
            colours: 0,
            segments: None,
            filter: Filter { is_simple: false, level: 9, sharpness: 0, deltas: None },
            partitions_log2: 0,
            index: 50,
            index_deltas: [0; 5],
            keeps_probabilities: true,
            // Each boolean takes a bit.
            probabilities: DEFAULT_TOKENS.map(|plane| plane.map(|band| band.map(|nodes| nodes.map(|_| 128)))),
            skip: None,
        };
        let mut first = BoolEncoder::new(Vec::new());
        parameters.write(&mut first);
        // Luma and chroma, both by their means.
        for (bit, probability) in [(true, 145), (false, 156), (false, 163), (false, 142)] {
            first.put(bit, probability);
        }
        let mut tokens = BoolEncoder::new(Vec::new());
        // Y2 and luma have no levels.
        tokens.literal(0, 17);
        // A level follows, not a zero, not above 1, positive.
        tokens.literal(0b1100, 4);
        match has_zeros {
            true => tokens.literal(1 << 15, 16),
            false => tokens.literal(0, 1),
        }
        tokens.literal(0, 7);
        let first = first.finish();
        [&tag(0, [16, 16], first.len())[..], &first, &tokens.finish()].concat()
    }

    #[test]
    fn blocks_that_end_in_zeros_are_not_written() {
        assert_eq!(recode(&frame(false)), Some(frame(false)));
        // A decoder filters such a macroblock as if it had levels there.
        assert_eq!(recode(&frame(true)), None);
    }
}
