//! The colours of a picture, and how often each occurs.

/// Counts colours, in bounded memory: where there are too many, those that share their leading bits count as one.
pub(super) struct Histogram {
    /// A hash table with open addressing, of a power of two.
    slots: Vec<Colour>,
    /// The bits by which colours are told apart.
    mask: u32,
    /// Slots that are taken.
    taken: usize,
}

/// A colour and how many pixels have it.
#[derive(Clone, Copy)]
pub(super) struct Colour {
    pub(super) rgba: [u8; 4],
    pub(super) pixels: u32,
}

const EMPTY: Colour = Colour { rgba: [0; 4], pixels: 0 };

impl Histogram {
    /// The most colours that are counted apart.
    pub(super) const MOST: u64 = 16_384;

    /// For a picture of so many pixels.
    pub(super) fn new(pixels: u64) -> Self {
        Self { slots: vec![EMPTY; slots(pixels)], mask: u32::MAX, taken: 0 }
    }

    /// Bytes that it takes at the most: the table, and where there may be too many colours for it these, while they are
    /// counted anew.
    pub(super) fn memory(pixels: u64) -> u64 {
        let table = (slots(pixels) * size_of::<Colour>()) as u64;
        if pixels > Self::MOST { table * 3 / 2 } else { table }
    }

    pub(super) fn add_row(&mut self, row: &[[u8; 4]]) {
        for pixels in row.chunk_by(|a, b| a == b) {
            self.add(Colour { rgba: pixels[0], pixels: pixels.len() as u32 });
        }
    }

    fn add(&mut self, colour: Colour) {
        let place = self.place(colour.rgba);
        let slot = &mut self.slots[place];
        if slot.pixels > 0 {
            // The colour that occurs most stands for those that count as one.
            if colour.pixels > slot.pixels {
                slot.rgba = colour.rgba;
            }
            slot.pixels = slot.pixels.saturating_add(colour.pixels);
            return;
        }
        *slot = colour;
        self.taken += 1;
        if self.taken > self.slots.len() / 2 {
            self.take_together();
        }
    }

    /// Tells colours apart by one bit less of each channel.
    #[cold]
    fn take_together(&mut self) {
        self.mask = self.mask << 1 & 0xFEFE_FEFE;
        let mut colours = Vec::with_capacity(self.taken);
        colours.extend(self.slots.iter().filter(|slot| slot.pixels > 0));
        self.slots.fill(EMPTY);
        self.taken = 0;
        colours.into_iter().for_each(|colour| self.add(colour));
    }

    /// Whether each colour is counted by itself, and there are at most so many.
    pub(super) fn is_exact(&self, most: usize) -> bool {
        self.mask == u32::MAX && self.taken <= most
    }

    /// Numbers the colours, of which there are at most 256, in the order of a palette, and gives them.
    pub(super) fn number(&mut self) -> Vec<[u8; 4]> {
        let used = self.slots.iter().filter(|slot| slot.pixels > 0);
        let mut palette: Vec<_> = used.map(|slot| slot.rgba).collect();
        super::put_in_order(&mut palette);
        for (index, &rgba) in palette.iter().enumerate() {
            let place = self.place(rgba);
            self.slots[place].pixels = index as u32 + 1;
        }
        palette
    }

    /// The number of a colour, behind [`number`](Self::number).
    pub(super) fn index(&self, rgba: [u8; 4]) -> u8 {
        self.slots[self.place(rgba)].pixels.saturating_sub(1) as u8
    }

    /// The colours that were counted, in the memory of the table.
    pub(super) fn colours(self) -> Vec<Colour> {
        let mut colours = self.slots;
        colours.retain(|slot| slot.pixels > 0);
        colours
    }

    /// Where a colour is, or else belongs.
    #[inline]
    fn place(&self, rgba: [u8; 4]) -> usize {
        let key = u32::from_le_bytes(rgba) & self.mask;
        let bits = self.slots.len().trailing_zeros();
        let mut place = (key.wrapping_mul(0x9E37_79B1) >> (32 - bits)) as usize;
        loop {
            let slot = &self.slots[place];
            if slot.pixels == 0 || u32::from_le_bytes(slot.rgba) & self.mask == key {
                return place;
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
    }
}

/// Twice as many as there may be colours.
fn slots(pixels: u64) -> usize {
    (pixels.clamp(256, Histogram::MOST) * 2).next_power_of_two() as usize
}
