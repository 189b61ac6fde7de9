//! Undoes colour indexing (RFC 9649, section 3.5.4).

use crate::transform::{add, packing};

/// Colours by their indices.
#[derive(Debug)]
pub(crate) struct ColourTable {
    /// 256: indices without a colour are transparent black.
    colours: Vec<u32>,
    /// How many indices share a pixel, as a power of two.
    packing: u32,
    pub(crate) width: usize,
    pub(crate) packed_width: usize,
}

impl ColourTable {
    /// From colours that are each the difference to the one before.
    pub(crate) fn new(mut colours: Vec<u32>, width: usize) -> Self {
        let packing = packing(colours.len());
        let mut before = 0;
        for colour in &mut colours {
            before = add(*colour, before);
            *colour = before;
        }
        colours.resize(256, 0);
        ColourTable { colours, packing, width, packed_width: width.div_ceil(1 << packing) }
    }

    /// Replaces the indices of so many rows by their colours, from the last one to the first, so that none is
    /// overwritten before it is read.
    pub(crate) fn expand(&self, argb: &mut [u32], rows: usize) {
        let bits = 8 >> self.packing;
        let each = 1 << self.packing;
        for y in (0..rows).rev() {
            let (from, to) = (y * self.packed_width, y * self.width);
            for packed_x in (0..self.packed_width).rev() {
                let mut indices = argb[from + packed_x] >> 8 & 0xFF;
                let start = packed_x * each;
                for place in &mut argb[to + start..to + (start + each).min(self.width)] {
                    *place = self.colours[(indices & ((1 << bits) - 1)) as usize];
                    indices >>= bits;
                }
            }
        }
    }
}
