//! Stored pixels → samples: palettes, transparency by `tRNS`, and fewer than 8 bits.

use crate::header::{ColourType, Header};

/// Bytes of heap that an [`Expander`] takes.
pub(super) const MEMORY: u64 = 256 * 4;

/// Makes rows of samples of rows of stored pixels.
#[derive(Debug)]
pub(super) struct Expander {
    colour: ColourType,
    bit_depth: u8,
    channels: usize,
    /// The colour that is transparent, as stored; of grey the first.
    key: Option<[u16; 3]>,
    /// 256 colours with their alpha, if there is a palette.
    palette: Vec<[u8; 4]>,
}

/// A sample of 8 or of 16 bits.
pub(super) trait Sample: Copy {
    /// Full intensity.
    const FULL: Self;
    /// No intensity.
    const NONE: Self;

    fn from_eight(sample: u8) -> Self;

    /// Rounded half up.
    fn from_sixteen(sample: u16) -> Self;
}

impl Sample for u8 {
    const FULL: Self = u8::MAX;
    const NONE: Self = 0;

    fn from_eight(sample: u8) -> Self {
        sample
    }

    fn from_sixteen(sample: u16) -> Self {
        ((u32::from(sample) * 255 + 32767) / 65535) as u8
    }
}

impl Sample for u16 {
    const FULL: Self = u16::MAX;
    const NONE: Self = 0;

    fn from_eight(sample: u8) -> Self {
        u16::from(sample) * 257
    }

    fn from_sixteen(sample: u16) -> Self {
        sample
    }
}

impl Expander {
    pub(super) fn new(file: &[u8], header: &Header) -> Self {
        let transparency = header.transparency.clone().and_then(|range| file.get(range));
        let palette = match header.colour {
            ColourType::Palette => header.palette.clone().and_then(|range| file.get(range)),
            _ => None,
        };
        let mask = ((1u32 << header.bit_depth) - 1) as u16;
        // Only the bits that a sample has count.
        let key = |data: &[u8]| {
            let samples = data.as_chunks::<2>().0;
            std::array::from_fn(|i| samples.get(i).map_or(0, |sample| u16::from_be_bytes(*sample) & mask))
        };
        Self {
            colour: header.colour,
            bit_depth: header.bit_depth,
            channels: header.channels(),
            key: transparency.filter(|_| header.colour != ColourType::Palette).map(key),
            palette: palette
                .map(|palette| colours(palette, transparency.unwrap_or_default()))
                .unwrap_or_default(),
        }
    }

    /// Samples of a pixel.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Fills a row of samples.
    pub(super) fn expand<S: Sample>(&self, stored: &[u8], row: &mut [S]) {
        let eight = |samples: &[u8; 1]| S::from_eight(samples[0]);
        let sixteen = |samples: &[u8; 2]| S::from_sixteen(u16::from_be_bytes(*samples));
        match (self.colour, self.bit_depth) {
            (ColourType::Grey, 16) => {
                self.grey(stored.as_chunks::<2>().0, sixteen, |s| u16::from_be_bytes(*s), row)
            }
            (ColourType::Grey, _) => self.packed_grey(stored, row),
            (ColourType::Palette, _) => self.indices(stored, row),
            (ColourType::Rgb, 16) => {
                self.rgb(stored.as_chunks::<2>().0, sixteen, |s| u16::from_be_bytes(*s), row)
            }
            (ColourType::Rgb, _) => self.rgb(stored.as_chunks::<1>().0, eight, |s| u16::from(s[0]), row),
            (ColourType::GreyAlpha, 16) => grey_alpha(stored.as_chunks::<2>().0, sixteen, row),
            (ColourType::GreyAlpha, _) => grey_alpha(stored.as_chunks::<1>().0, eight, row),
            (ColourType::Rgba, 16) => each(stored.as_chunks::<2>().0, sixteen, row),
            (ColourType::Rgba, _) => each(stored.as_chunks::<1>().0, eight, row),
        }
    }

    fn grey<S: Sample, T>(
        &self,
        stored: &[T],
        sample: impl Fn(&T) -> S,
        level: impl Fn(&T) -> u16,
        row: &mut [S],
    ) {
        let Some([key, ..]) = self.key else { return each(stored, sample, row) };
        for (to, from) in row.as_chunks_mut::<4>().0.iter_mut().zip(stored) {
            let grey = sample(from);
            *to = [grey, grey, grey, if level(from) == key { S::NONE } else { S::FULL }];
        }
    }

    /// Grey of up to 8 bits.
    fn packed_grey<S: Sample>(&self, stored: &[u8], row: &mut [S]) {
        // Full intensity is all bits: 255 is a multiple of 1, 3, 15 and 255.
        let scale = (255 / ((1u32 << self.bit_depth) - 1)) as u8;
        let level = |value: u8| S::from_eight(value * scale);
        match self.key {
            Some([key, ..]) => spread(self.bit_depth, stored, row.as_chunks_mut::<4>().0, |value| {
                let grey = level(value);
                [grey, grey, grey, if u16::from(value) == key { S::NONE } else { S::FULL }]
            }),
            None => spread(self.bit_depth, stored, row, level),
        }
    }

    fn indices<S: Sample>(&self, stored: &[u8], row: &mut [S]) {
        let colour = |index: u8| self.palette.get(usize::from(index)).copied().unwrap_or(BLACK);
        if self.channels == 4 {
            spread(self.bit_depth, stored, row.as_chunks_mut::<4>().0, |index| {
                colour(index).map(S::from_eight)
            });
        } else {
            spread(self.bit_depth, stored, row.as_chunks_mut::<3>().0, |index| {
                let [red, green, blue, _] = colour(index).map(S::from_eight);
                [red, green, blue]
            });
        }
    }

    fn rgb<S: Sample, T>(
        &self,
        stored: &[T],
        sample: impl Fn(&T) -> S,
        level: impl Fn(&T) -> u16,
        row: &mut [S],
    ) {
        let Some(key) = self.key else { return each(stored, sample, row) };
        for (to, from) in row.as_chunks_mut::<4>().0.iter_mut().zip(stored.as_chunks::<3>().0) {
            let alpha = if from.each_ref().map(&level) == key { S::NONE } else { S::FULL };
            let [red, green, blue] = from.each_ref().map(&sample);
            *to = [red, green, blue, alpha];
        }
    }
}

/// What an index that the palette does not have stands for.
const BLACK: [u8; 4] = [0, 0, 0, 255];

/// The colours of a palette with their alpha.
fn colours(palette: &[u8], alpha: &[u8]) -> Vec<[u8; 4]> {
    let alpha = alpha.iter().copied().chain(std::iter::repeat(255));
    let mut colours: Vec<_> = palette
        .as_chunks::<3>()
        .0
        .iter()
        .zip(alpha)
        .map(|(&[red, green, blue], alpha)| [red, green, blue, alpha])
        .take(256)
        .collect();
    colours.resize(256, BLACK);
    colours
}

fn each<S, T>(stored: &[T], sample: impl Fn(&T) -> S, row: &mut [S]) {
    row.iter_mut().zip(stored).for_each(|(to, from)| *to = sample(from));
}

fn grey_alpha<S: Sample, T>(stored: &[T], sample: impl Fn(&T) -> S, row: &mut [S]) {
    for (to, from) in row.as_chunks_mut::<4>().0.iter_mut().zip(stored.as_chunks::<2>().0) {
        let [grey, alpha] = from.each_ref().map(&sample);
        *to = [grey, grey, grey, alpha];
    }
}

/// Makes a pixel of each value of `bits` bits, the highest bits of a byte first.
fn spread<P>(bits: u8, stored: &[u8], pixels: &mut [P], pixel: impl Fn(u8) -> P) {
    fn by<const BITS: usize, P>(stored: &[u8], pixels: &mut [P], pixel: impl Fn(u8) -> P) {
        for (byte, group) in stored.iter().zip(pixels.chunks_mut(8 / BITS)) {
            for (i, to) in group.iter_mut().enumerate() {
                *to = pixel(byte << (BITS * i) >> (8 - BITS));
            }
        }
    }
    match bits {
        1 => by::<1, P>(stored, pixels, pixel),
        2 => by::<2, P>(stored, pixels, pixel),
        4 => by::<4, P>(stored, pixels, pixel),
        _ => by::<8, P>(stored, pixels, pixel),
    }
}
