//! Prediction from the samples around (RFC 6386 section 12).

use crate::tables::{DC, HORIZONTAL, SUBBLOCK_MODE_COUNT, SUBBLOCK_TRUE_MOTION, VERTICAL};

/// The samples around a square of N×N.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EdgeSamples<const N: usize> {
    pub(crate) above: [u8; N],
    pub(crate) left: [u8; N],
    pub(crate) corner: u8,
    /// Whether `above` and `left` are inside of the picture.
    pub(crate) inside: [bool; 2],
}

impl<const N: usize> EdgeSamples<N> {
    /// Writes the prediction of a square, sample x, y at `out[y][x]`.
    #[inline(always)]
    pub(crate) fn predict(&self, mode: usize, out: &mut [[u8; N]; N]) {
        match mode {
            DC => *out = [[self.mean(); N]; N],
            VERTICAL => *out = [self.above; N],
            HORIZONTAL => *out = self.left.map(|value| [value; N]),
            _ => {
                for (row, &left) in out.iter_mut().zip(&self.left) {
                    let offset = i16::from(left) - i16::from(self.corner);
                    for (sample, &above) in row.iter_mut().zip(&self.above) {
                        *sample = (i16::from(above) + offset).clamp(0, 255) as u8;
                    }
                }
            }
        }
    }

    fn mean(&self) -> u8 {
        let sum = |values: &[u8; N]| values.iter().map(|&value| u32::from(value)).sum::<u32>();
        let n = N as u32;
        let mean = match self.inside {
            [true, true] => (sum(&self.above) + sum(&self.left) + n) / (2 * n),
            [true, false] => (sum(&self.above) + n / 2) / n,
            [false, true] => (sum(&self.left) + n / 2) / n,
            [false, false] => 128,
        };
        mean as u8
    }
}

/// All predictions of a 4×4 block: `[4x + y][mode]`, so that vectors hold a sample in all modes.
pub(crate) type Predictions = [[u8; 16]; 16];

/// `edge`: the samples around, from the lowest one on the left over the corner (4) to the eighth one above.
#[inline(always)]
pub(crate) fn predict_subblock(edge: &[u8; 13], out: &mut Predictions) {
    let values = means(edge);
    for (row, pattern) in out.iter_mut().zip(&PATTERNS) {
        for (sample, &from) in row.iter_mut().zip(pattern) {
            *sample = values[usize::from(from & 31)];
        }
    }
    for (row, sample) in out.iter_mut().zip(true_motion(edge)) {
        row[SUBBLOCK_TRUE_MOTION] = sample;
    }
}

/// The prediction in one mode: sample x, y at `4x + y`.
pub(crate) fn predict_one(edge: &[u8; 13], mode: usize) -> [u8; 16] {
    if mode == SUBBLOCK_TRUE_MOTION {
        return true_motion(edge);
    }
    let values = means(edge);
    PATTERNS.map(|pattern| values[usize::from(pattern[mode & 15] & 31)])
}

#[inline(always)]
fn true_motion(edge: &[u8; 13]) -> [u8; 16] {
    let mut out = [0; 16];
    for x in 0..4 {
        let offset = i16::from(edge[5 + x]) - i16::from(edge[4]);
        for y in 0..4 {
            out[4 * x + y] = (i16::from(edge[3 - y]) + offset).clamp(0, 255) as u8;
        }
    }
    out
}

/// Means of two and of three samples around, and of all.
#[inline(always)]
fn means(edge: &[u8; 13]) -> [u8; 32] {
    let e = |i: usize| u16::from(edge[i]);
    // The samples with the first and the last one doubled, then means of two and of three.
    let mut wide = [0u16; 16];
    wide[0] = e(0);
    wide[1..14].copy_from_slice(&edge.map(u16::from));
    wide[14] = e(12);
    let mut values = [0u8; 32];
    for i in 0..14 {
        values[i] = ((wide[i] + wide[i + 1] + 1) >> 1) as u8;
    }
    for i in 0..13 {
        values[THREE + i] = ((wide[i] + 2 * wide[i + 1] + wide[i + 2] + 2) >> 2) as u8;
    }
    let mean = (0..4).map(|i| e(i) + e(5 + i)).sum::<u16>() + 4;
    values[ALL] = (mean >> 3) as u8;
    values
}

/// Where means of three begin, and the place of the mean of all.
const THREE: usize = 14;
const ALL: usize = 27;

/// What sample 4x + y is in each mode.
static PATTERNS: [[u8; 16]; 16] = {
    let mut out = [[0; 16]; 16];
    let mut x = 0;
    while x < 4 {
        let mut y = 0;
        while y < 4 {
            let mut mode = 0;
            while mode < SUBBLOCK_MODE_COUNT {
                out[4 * x + y][mode] = pattern(mode, x, y) as u8;
                mode += 1;
            }
            y += 1;
        }
        x += 1;
    }
    out
};

/// Index i of a mean of two is that of edge samples i − 1 and i, of three that of i − 1 to i + 1.
const fn pattern(mode: usize, x: usize, y: usize) -> usize {
    match mode {
        // Smoothed vertical and horizontal.
        2 => THREE + 4 + 1 + x,
        3 => THREE + 3 - y,
        // Down and left, down and right.
        4 => THREE + 6 + x + y,
        5 => THREE + 4 + x - y,
        // Steeper: vertical right and vertical left.
        6 => {
            if 2 * x + 1 < y {
                THREE + 4 + 1 - y
            } else if y.is_multiple_of(2) {
                5 + x - y / 2
            } else {
                THREE + 4 + x - y / 2
            }
        }
        7 => match (x, y) {
            (3, 2) => THREE + 6 + 4,
            (3, 3) => THREE + 6 + 5,
            _ if y.is_multiple_of(2) => 6 + x + y / 2,
            _ => THREE + 6 + x + y / 2,
        },
        // Flatter: horizontal down and horizontal up.
        8 => {
            if 2 * y + 1 < x {
                THREE + 3 + x - 2 * y
            } else if x.is_multiple_of(2) {
                4 + x / 2 - y
            } else {
                THREE + 4 - y + x / 2
            }
        }
        9 => {
            let place = x + 2 * y;
            if place > 5 {
                0
            } else if place.is_multiple_of(2) {
                3 - place / 2
            } else {
                THREE + 2 - place / 2
            }
        }
        _ => ALL,
    }
}
