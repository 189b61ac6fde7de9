//! The backward references of an image, in memory that is bounded beforehand.

/// Pixels for each reference that there is room for.
const PIXELS_PER_MATCH: usize = 4;
/// References that there is always room for.
const SLACK: usize = 64;

/// A copy of earlier pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    /// 1 to 2²⁰.
    pub(crate) distance: usize,
    /// 1 to 4096.
    pub(crate) length: usize,
}

impl Match {
    /// Distance − 1 in the upper 20 bits, length − 1 in the lower 12.
    #[inline(always)]
    pub(crate) fn pack(self) -> u32 {
        (self.distance as u32 - 1) << 12 | (self.length as u32 - 1)
    }

    #[inline(always)]
    pub(crate) fn unpack(packed: u32) -> Self {
        Match { distance: (packed >> 12) as usize + 1, length: (packed & 0xFFF) as usize + 1 }
    }
}

/// What an image is made of: literal pixels and [`Match`]es. Only these are stored, with one bit a pixel that is
/// set where one begins.
#[derive(Debug)]
pub(crate) struct Tokens {
    /// [Packed](Match::pack).
    matches: Vec<u32>,
    starts: Vec<u64>,
}

impl Tokens {
    /// Room for an image of that many pixels.
    pub(crate) fn new(pixels: usize) -> Self {
        Tokens {
            matches: Vec::with_capacity(pixels / PIXELS_PER_MATCH + SLACK),
            starts: vec![0; pixels.div_ceil(64)],
        }
    }

    /// Heap bytes of `Tokens::new(pixels)`.
    pub(crate) const fn memory(pixels: u64) -> u64 {
        (pixels / PIXELS_PER_MATCH as u64 + SLACK as u64) * 4 + pixels.div_ceil(64) * 8
    }

    /// Only literals.
    pub(crate) fn clear(&mut self) {
        self.matches.clear();
        self.starts.fill(0);
    }

    /// Whether a reference that begins at this pixel would be stored. Capacity is released along the image, so that the
    /// first rows do not use it up.
    #[inline]
    pub(crate) fn has_room(&self, start: usize) -> bool {
        let room = SLACK + start / PIXELS_PER_MATCH;
        self.matches.len() < room.min(self.matches.capacity())
    }

    /// Adds a reference, behind all others. The caller has asked [`Tokens::has_room`].
    #[inline]
    pub(crate) fn push(&mut self, start: usize, found: Match) {
        self.starts[start / 64] |= 1 << (start % 64);
        self.matches.push(found.pack());
    }

    /// Calls `literal` with the position of each literal, and `copy` with that of each reference, in order.
    #[inline(always)]
    pub(crate) fn walk<S>(
        &self,
        pixels: usize,
        state: &mut S,
        mut literal: impl FnMut(&mut S, usize),
        mut copy: impl FnMut(&mut S, usize, Match),
    ) {
        let mut matches = self.matches.iter();
        let mut position = 0;
        while position < pixels {
            let is_match = self.starts[position / 64] >> (position % 64) & 1 != 0;
            match if is_match { matches.next() } else { None } {
                Some(&packed) => {
                    let found = Match::unpack(packed);
                    copy(state, position, found);
                    position += found.length;
                }
                None => {
                    literal(state, position);
                    position += 1;
                }
            }
        }
    }
}
