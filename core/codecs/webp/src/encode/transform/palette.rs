//! Colour indexing (RFC 9649, section 3.5.4): few colours become indices, and small indices share a pixel.

use crate::transform::{packing, subtract};

/// Colours that a table may have.
const MAX_COLOURS: usize = 256;
/// Slots of the hash table: four times as many.
const SLOTS: usize = 4 * MAX_COLOURS;

/// The colours of an image.
#[derive(Debug)]
pub(crate) struct Palette {
    colours: Vec<u32>,
    slots: Vec<Option<(u32, u8)>>,
}

impl Palette {
    /// The palette of an image that has few colours: the darkest first, and behind each the most similar one.
    pub(crate) fn of(argb: &[u32]) -> Option<Self> {
        let mut palette = Palette { colours: Vec::with_capacity(MAX_COLOURS), slots: vec![None; SLOTS] };
        for equal in argb.chunk_by(|a, b| a == b) {
            let slot = palette.slot(equal[0]);
            if palette.slots[slot].is_none() {
                if palette.colours.len() == MAX_COLOURS {
                    return None;
                }
                palette.slots[slot] = Some((equal[0], 0));
                palette.colours.push(equal[0]);
            }
        }
        let mut before = 0;
        for index in 0..palette.colours.len() {
            let rest = &palette.colours[index..];
            let nearest =
                (0..rest.len()).min_by_key(|&at| (distance(rest[at], before), rest[at])).unwrap_or(0);
            palette.colours.swap(index, index + nearest);
            before = palette.colours[index];
            let slot = palette.slot(before);
            palette.slots[slot] = Some((before, index as u8));
        }
        Some(palette)
    }

    /// The slot of the colour, or where it would be: at its hash, or behind that.
    #[inline]
    fn slot(&self, colour: u32) -> usize {
        let mut slot = (colour.wrapping_mul(0x9E37_79B1) >> 22) as usize;
        while self.slots[slot].is_some_and(|(other, _)| other != colour) {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }

    pub(crate) fn len(&self) -> usize {
        self.colours.len()
    }

    /// The colours, each as the difference to the one before.
    pub(crate) fn differences(&self) -> Vec<u32> {
        let before = [0].into_iter().chain(self.colours.iter().copied());
        self.colours.iter().zip(before).map(|(&colour, before)| subtract(colour, before)).collect()
    }

    fn packing(&self) -> u32 {
        packing(self.colours.len())
    }

    /// The width of an image of indices.
    pub(crate) fn packed_width(&self, width: usize) -> usize {
        width.div_ceil(1 << self.packing())
    }

    /// Replaces the pixels by their indices, which are stored in green, at the front of the slice.
    pub(crate) fn apply(&self, argb: &mut [u32], width: usize) {
        let each = 1 << self.packing();
        let bits = 8 >> self.packing();
        let (mut last, mut index) = (self.colours[0], 0);
        let mut to = 0;
        for start in (0..argb.len()).step_by(width) {
            for from in (start..start + width).step_by(each) {
                let mut packed = 0xFF00_0000;
                for (shift, &colour) in argb[from..(from + each).min(start + width)].iter().enumerate() {
                    if colour != last {
                        last = colour;
                        index = self.slots[self.slot(colour)].map_or(0, |(_, index)| u32::from(index));
                    }
                    packed |= index << (8 + shift as u32 * bits);
                }
                // Never ahead of `from`.
                argb[to] = packed;
                to += 1;
            }
        }
    }
}

/// How far two colours are apart, as differences modulo 256 are coded.
fn distance(a: u32, b: u32) -> u32 {
    subtract(a, b).to_le_bytes().map(|channel| u32::from((channel as i8).unsigned_abs())).iter().sum()
}
