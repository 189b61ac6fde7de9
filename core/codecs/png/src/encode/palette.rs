//! The colours of a picture that has few of them.

use super::stored::Stored;
use super::{Parameters, Pixels};
use crate::deflate::sort;
use crate::error::Error;

/// Slots of the table that finds a colour's index: some more than there are colours.
const SLOTS: usize = 1024;

/// Up to 256 colours in the order in which they came, or of a given palette.
#[derive(Debug)]
pub(super) struct Colours {
    colours: [[u8; 4]; 256],
    count: usize,
    /// Of a given palette, the colours that pixels have.
    used: [bool; 256],
    /// Indices + 1 of colours, at or behind the slot of their hash; 0 where there is none.
    slots: [u16; SLOTS],
}

/// Peak bytes of heap of [`Colours`]: those that are taken out with those that take their place, and a sorted palette.
pub(super) const MEMORY: u64 = 2 * crate::deflate::fixed::<Colours>() + 256 * 4;

impl Default for Colours {
    fn default() -> Self {
        Self { colours: [[0; 4]; 256], count: 0, used: [true; 256], slots: [0; SLOTS] }
    }
}

impl Colours {
    /// The colours of a palette, of which none is used yet.
    pub(super) fn of(palette: &[[u8; 4]]) -> Self {
        let mut colours = Self { count: palette.len(), used: [false; 256], ..Self::default() };
        colours.colours[..palette.len()].copy_from_slice(palette);
        colours
    }

    /// Keeps a row of indices.
    pub(super) fn take_indices(&mut self, row: &[u8], indices: &mut [u8]) -> Result<(), Error> {
        row.iter().for_each(|&index| self.used[usize::from(index)] = true);
        if self.used[self.count..].contains(&true) {
            return Err(Error::Misuse("an index is not in the palette"));
        }
        indices.copy_from_slice(row);
        Ok(())
    }

    /// Keeps the indices of a row's pixels. `false` where there are too many colours.
    pub(super) fn take_pixels(&mut self, row: &[u8], pixels: Pixels, indices: &mut [u8]) -> bool {
        match pixels {
            Pixels::Rgb => {
                self.take(row.as_chunks().0, indices, |&[red, green, blue]| [red, green, blue, 255])
            }
            Pixels::Rgba => self.take(row.as_chunks().0, indices, |pixel| *pixel),
            Pixels::Grey | Pixels::Indexed => self.take(row, indices, |&grey| [grey, grey, grey, 255]),
        }
    }

    fn take<P>(&mut self, row: &[P], indices: &mut [u8], rgba: impl Fn(&P) -> [u8; 4]) -> bool {
        // Pixels are often like the one before.
        let (mut last, mut index) = ([0; 4], None);
        for (pixel, to) in row.iter().zip(indices) {
            let colour = rgba(pixel);
            if index.is_none() || colour != last {
                (last, index) = (colour, self.index(colour));
            }
            let Some(index) = index else { return false };
            *to = index;
        }
        true
    }

    /// The index of a colour, which becomes one of them where it is not; `None` where there are 256 others.
    fn index(&mut self, colour: [u8; 4]) -> Option<u8> {
        let mut slot = (u32::from_le_bytes(colour).wrapping_mul(0x9e37_79b1) >> 22) as usize;
        loop {
            match self.slots[slot] {
                0 => break,
                index if self.colours[usize::from(index - 1)] == colour => return Some((index - 1) as u8),
                _ => slot = (slot + 1) % SLOTS,
            }
        }
        let index = u8::try_from(self.count).ok()?;
        self.count += 1;
        self.slots[slot] = self.count as u16;
        self.colours[usize::from(index)] = colour;
        Some(index)
    }

    /// A colour by its index.
    pub(super) fn rgba(&self, index: u8) -> [u8; 4] {
        self.colours[usize::from(index)]
    }

    fn in_use(&self) -> impl Iterator<Item = (usize, [u8; 4])> {
        (0..self.count).filter(|&index| self.used[index]).map(|index| (index, self.colours[index]))
    }

    pub(super) fn are_opaque(&self) -> bool {
        self.in_use().all(|(_, [.., alpha])| alpha == 255)
    }

    /// What the picture is stored as: what is likely to take the least, the palette with it.
    pub(super) fn choose(&self, parameters: &Parameters, has_profile: bool) -> Stored {
        let &Parameters { width, height, pixels, .. } = parameters;
        // Of pixels about a quarter is left.
        let bytes = |stored: Stored| (stored.row_bytes(width) as u64 + 1) * u64::from(height) / 4;
        let opaque = self.are_opaque();
        let truecolour = match (pixels, opaque) {
            (Pixels::Grey, _) => Some(Stored::Grey(8)),
            (Pixels::Indexed, _) => None,
            (_, true) => Some(Stored::Rgb),
            (_, false) => Some(Stored::Rgba),
        };
        // A profile says what the channels are.
        let grey = self.grey_bits().filter(|_| !has_profile || pixels == Pixels::Grey).map(Stored::Grey);
        let (palette, _) = self.sorted();
        let translucent = palette.iter().filter(|[.., alpha]| *alpha < 255).count();
        let chunks = 12 + palette.len() * 3 + if translucent > 0 { 12 + translucent } else { 0 };
        let indexed = Stored::Palette(match palette.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        });
        let indexed = Some(indexed).filter(|_| !has_profile || pixels != Pixels::Grey);
        let candidates = [(grey, 0), (indexed, chunks as u64), (truecolour, 0)];
        let candidates = candidates.into_iter().filter_map(|(stored, chunks)| Some((stored?, chunks)));
        let least = candidates.min_by_key(|&(stored, chunks)| bytes(stored) + chunks);
        least.map_or(Stored::Palette(8), |(stored, _)| stored)
    }

    /// The bits that hold all colours as levels of grey, where they are that.
    fn grey_bits(&self) -> Option<u8> {
        let mut least = 1;
        for (_, [red, green, blue, alpha]) in self.in_use() {
            if red != green || green != blue || alpha < 255 {
                return None;
            }
            least = least.max(match red {
                0 | 255 => 1,
                _ if red % 85 == 0 => 2,
                _ if red % 17 == 0 => 4,
                _ => 8,
            });
        }
        Some(least)
    }

    /// The colours in the order in which they are written, each once, and the place of each index among them. Those with alpha
    /// come first, so that the others need none; then the dark ones, so that neighbours are alike.
    pub(super) fn sorted(&self) -> (Vec<[u8; 4]>, [u8; 256]) {
        let mut entries = [0u64; 256];
        let mut count = 0;
        for (index, [red, green, blue, alpha]) in self.in_use() {
            let luma = u64::from(red) * 2 + u64::from(green) * 5 + u64::from(blue);
            let rgb = u64::from(u32::from_be_bytes([0, red, green, blue]));
            // A colour that a palette has twice comes once.
            entries[count] =
                u64::from(alpha == 255) << 63 | luma << 48 | rgb << 16 | u64::from(alpha) << 8 | index as u64;
            count += 1;
        }
        sort(&mut entries[..count]);
        let mut palette = Vec::with_capacity(count);
        let mut order = [0; 256];
        for entry in &entries[..count] {
            let index = (entry & 255) as usize;
            let colour = self.colours[index];
            if palette.last() != Some(&colour) {
                palette.push(colour);
            }
            order[index] = (palette.len() - 1) as u8;
        }
        (palette, order)
    }
}

/// Packs a row of indices: what each stands for, in so many bits, the first pixel in the highest ones.
pub(super) fn pack(row: &[u8], values: &[u8; 256], bits: u8, packed: &mut Vec<u8>) {
    let per_byte = usize::from(8 / bits);
    packed.extend(row.chunks(per_byte).map(|pixels| {
        let byte =
            pixels.iter().fold(0u32, |byte, &index| byte << bits | u32::from(values[usize::from(index)]));
        (byte << (usize::from(bits) * (per_byte - pixels.len()))) as u8
    }));
}
