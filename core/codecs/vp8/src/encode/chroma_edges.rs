//! Luma where chroma changes. Chroma is kept for 2×2 pixels, and decoders interpolate it: beside an edge, pixels get colour
//! that is not theirs, and with it light. Luma is chosen so that every pixel has the light that it should have.

/// How much of the light each channel of sRGB gives. For the light of a sample, its square is near enough.
const SHARES: [f32; 3] = [0.2126, 0.7152, 0.0722];
/// Samples of chroma that are looked at together, for twice as many pixels.
const BLOCK: usize = 8;
/// Where chroma differs by no more in a block, luma stays.
const LEAST: u16 = 16;
/// Steps towards the right luma: more than one, as channels end at 0 and 255.
const ROUNDS: usize = 2;

/// What the correction of rows needs of those before.
#[derive(Debug)]
pub(crate) struct ChromaEdges {
    /// Three rows of pixels.
    rows: [Vec<u8>; 3],
    channels: usize,
    /// The last row of chroma above the macroblocks.
    above: [Vec<u8>; 2],
    /// Whether there is one.
    inside: bool,
}

impl ChromaEdges {
    /// Bytes for each macroblock in a row.
    pub(crate) fn bytes_across(channels: usize) -> u64 {
        3 * 16 * channels as u64 + 2 * 8
    }

    /// For rows of `across` macroblocks of 3 or 4 channels.
    pub(crate) fn new(across: usize, channels: usize) -> Self {
        ChromaEdges {
            rows: [0; 3].map(|_| vec![0; 16 * channels * across]),
            channels,
            above: [vec![0; 8 * across], vec![0; 8 * across]],
            inside: false,
        }
    }

    /// Takes row `y` of the macroblocks.
    pub(crate) fn put_row(&mut self, y: usize, row: &[u8]) {
        self.rows[y % 3][..row.len()].copy_from_slice(row);
    }

    /// Corrects luma of row `y` of the macroblocks, whose chroma is row `near`; `other` is the next one to it, on the
    /// other side. None: the one above the macroblocks.
    pub(crate) fn correct(
        &self,
        y: usize,
        luma: &mut [u8],
        chroma: [&[u8]; 2],
        near: usize,
        other: Option<usize>,
    ) {
        let samples = self.above[0].len();
        let row = |plane: usize, y: usize| &chroma[plane][samples * y..][..samples];
        let nears = [row(0, near), row(1, near)];
        let others = [0, 1].map(|plane| match other {
            Some(y) => row(plane, y),
            None if self.inside => &self.above[plane],
            None => nears[plane],
        });
        let pixels = self.rows[y % 3].chunks_exact(2 * BLOCK * self.channels);
        for (i, (luma, pixels)) in luma.as_chunks_mut().0.iter_mut().zip(pixels).enumerate() {
            let columns = [0, 1].map(|plane| weighed(nears[plane], others[plane], BLOCK * i));
            if columns.iter().any(|columns| spread(columns) > 4 * LEAST) {
                let mut light = [0.0; 2 * BLOCK];
                for (light, pixel) in light.iter_mut().zip(pixels.chunks_exact(self.channels)) {
                    *light = (0..3).map(|i| SHARES[i] * f32::from(pixel[i]) * f32::from(pixel[i])).sum();
                }
                correct_block(luma, &light, &columns);
            }
        }
    }

    /// Keeps the last row of chroma.
    pub(crate) fn keep(&mut self, chroma: [&[u8]; 2], y: usize) {
        for (above, plane) in self.above.iter_mut().zip(chroma) {
            let samples = above.len();
            above.copy_from_slice(&plane[samples * y..][..samples]);
        }
        self.inside = true;
    }
}

/// Four times the chroma of a row of pixels at the columns of a block, and at one to each side.
#[inline(always)]
fn weighed(near: &[u8], other: &[u8], start: usize) -> [u16; BLOCK + 2] {
    let sum = |near: u8, other: u8| 3 * u16::from(near) + u16::from(other);
    let mut columns = [0; BLOCK + 2];
    let inside = start.checked_sub(1).map(|first| first..first + BLOCK + 2);
    match inside.and_then(|range| Some((near.get(range.clone())?, other.get(range)?))) {
        Some((near, other)) => {
            for (column, (&near, &other)) in columns.iter_mut().zip(near.iter().zip(other)) {
                *column = sum(near, other);
            }
        }
        // At the left and right edge the last sample is repeated.
        None => {
            for (i, column) in columns.iter_mut().enumerate() {
                let at = (start + i).saturating_sub(1).min(near.len() - 1);
                *column = sum(near[at], other[at]);
            }
        }
    }
    columns
}

/// How far apart they are.
fn spread(columns: &[u16; BLOCK + 2]) -> u16 {
    let least = columns.iter().fold(u16::MAX, |least, &value| least.min(value));
    columns.iter().fold(0, |most, &value| most.max(value)) - least
}

/// Chooses luma of a block so that its pixels give this light.
fn correct_block(luma: &mut [u8; 2 * BLOCK], light: &[f32; 2 * BLOCK], columns: &[[u16; BLOCK + 2]; 2]) {
    let mut colours = [[0.0; 2 * BLOCK]; 2];
    for (colours, columns) in colours.iter_mut().zip(columns) {
        for i in 0..2 * BLOCK {
            let (middle, side) = (columns[i / 2 + 1], columns[i / 2 + i % 2 * 2]);
            colours[i] = f32::from((3 * middle + side + 8) >> 4) - 128.0;
        }
    }
    for i in 0..2 * BLOCK {
        let (blue, red) = (colours[0][i], colours[1][i]);
        // BT.601, as decoders convert it.
        let mut grey = 1.164_383 * (f32::from(luma[i]) - 16.0);
        for _ in 0..ROUNDS {
            let pixel =
                [grey + 1.596_027 * red, grey - 0.391_762 * blue - 0.812_968 * red, grey + 2.017_232 * blue]
                    .map(|sample| sample.clamp(0.0, 255.0));
            let mut mean = 0.0;
            let mut given = 0.0;
            for (share, sample) in SHARES.into_iter().zip(pixel) {
                mean += share * sample;
                given += share * sample * sample;
            }
            // What all channels need more: the light of a + d is that of a, and 2 d times its mean, and d².
            grey += (mean * mean + light[i] - given).max(0.0).sqrt() - mean;
        }
        luma[i] = (grey / 1.164_383 + 16.5).clamp(16.0, 235.0) as u8;
    }
}
