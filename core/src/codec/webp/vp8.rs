//! The head of a lossy WebP picture: enough of VP8 (RFC 6386) to know its size, and that its parts are where it says,
//! before a decoder makes room for them.

use crate::Error;

/// Width and height of a key frame, once all of its partitions are known to be inside of `data`.
pub(super) fn size(data: &[u8]) -> Result<(u32, u32), Error> {
    // Section 9.1.
    let Some((&[t0, t1, t2, 0x9d, 0x01, 0x2a, w0, w1, h0, h1], rest)) = data.split_first_chunk() else {
        return Err(Error::damaged("The WebP's picture has no proper frame header."));
    };
    let tag = u32::from_le_bytes([t0, t1, t2, 0]);
    if tag & 1 != 0 {
        return Err(Error::damaged("The WebP's picture is not a key frame."));
    }
    let first = (tag >> 5) as usize;
    let fits = first <= rest.len() && tokens_fit(&rest[..first], &rest[first..]);
    if !fits {
        return Err(Error::damaged("The WebP's picture is cut short."));
    }
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Ok((side(w0, w1), side(h0, h1)))
}

/// Whether the partitions of coefficients that the first partition announces are inside of `rest` (section 9.5).
fn tokens_fit(first: &[u8], rest: &[u8]) -> bool {
    let partitions = 1 << partitions_log2(&mut Bools::new(first));
    let Some(sizes) = rest.get(..3 * (partitions - 1)) else { return false };
    let stated =
        sizes.chunks_exact(3).map(|size| u32::from_le_bytes([size[0], size[1], size[2], 0]) as usize);
    sizes.len() + stated.sum::<usize>() <= rest.len()
}

/// Reads the frame header up to the number of partitions (sections 9.2 to 9.5).
fn partitions_log2(bools: &mut Bools) -> u32 {
    // Colour space and clamping.
    bools.literal(2);
    // Segments: which are updated, their quantisers and filter levels, their probabilities.
    if bools.flag() {
        let map = bools.flag();
        if bools.flag() {
            bools.flag();
            (0..4).for_each(|_| bools.optional(8));
            (0..4).for_each(|_| bools.optional(7));
        }
        if map {
            (0..3).for_each(|_| bools.optional(8));
        }
    }
    // Loop filter: type, level, sharpness, and deltas by reference and mode.
    bools.literal(1 + 6 + 3);
    if bools.flag() && bools.flag() {
        (0..8).for_each(|_| bools.optional(7));
    }
    bools.literal(2)
}

/// The boolean decoder of section 7, for flags of even chance; zeros follow the end of the data.
struct Bools<'a> {
    rest: std::slice::Iter<'a, u8>,
    value: u32,
    range: u32,
    /// Bits of `value` that are still to be read before the next byte is taken in.
    bits: u32,
}

impl<'a> Bools<'a> {
    fn new(data: &'a [u8]) -> Self {
        let mut bools = Self { rest: data.iter(), value: 0, range: 255, bits: 8 };
        bools.value = (bools.byte() << 8) | bools.byte();
        bools
    }

    fn byte(&mut self) -> u32 {
        self.rest.next().copied().unwrap_or(0).into()
    }

    // A frame has few of them to read here, in many places.
    #[inline(never)]
    fn flag(&mut self) -> bool {
        let split = 1 + (((self.range - 1) * 128) >> 8);
        let set = self.value >= split << 8;
        if set {
            self.range -= split;
            self.value -= split << 8;
        } else {
            self.range = split;
        }
        while self.range < 128 {
            self.value <<= 1;
            self.range <<= 1;
            self.bits -= 1;
            if self.bits == 0 {
                self.bits = 8;
                self.value |= self.byte();
            }
        }
        set
    }

    #[inline(never)]
    fn literal(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |value, _| (value << 1) | u32::from(self.flag()))
    }

    /// A value of so many bits that is there only behind a flag.
    fn optional(&mut self, bits: u32) {
        if self.flag() {
            self.literal(bits);
        }
    }
}
