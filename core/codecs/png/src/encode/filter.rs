//! Filters of rows (PNG section 9.2), and the choice of one for each row (section 12.7).

use super::Effort;
use super::stored::Stored;
use crate::deflate::log2;

/// How a row's filter is chosen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    /// The least sum of the bytes' distances from zero, but none for text and drawings.
    Magnitude,
    /// The same of fewer filters: of photos the others are seldom the best.
    FewMagnitudes,
    /// No filter.
    None,
    /// The least entropy of bytes.
    Entropy,
    /// The fewest different pairs of neighbours.
    Pairs,
    /// Always the difference from the pixel to the left.
    Sub,
}

impl Choice {
    /// Where no other is looked for.
    pub(super) fn usual(stored: Stored, effort: Effort) -> Self {
        match (stored, effort) {
            (Stored::Palette(_) | Stored::Grey(1 | 2 | 4), _) => Self::None,
            (_, Effort::Fast) => Self::FewMagnitudes,
            (_, Effort::Balanced | Effort::Small) => Self::Magnitude,
        }
    }

    pub(super) const ALL: [Self; 5] = [Self::Magnitude, Self::None, Self::Entropy, Self::Pairs, Self::Sub];
}

/// What is least of the best filter's row.
type Size = fn(&[u8]) -> u64;

/// Filters rows.
#[derive(Debug)]
pub(super) struct Filters {
    /// Bytes of a pixel.
    pixel: usize,
    choice: Choice,
    /// The row before, behind a pixel of zeros.
    above: Vec<u8>,
    row: Vec<u8>,
    /// The filter's number and what it makes of the row: the best one so far, and the next one.
    best: Vec<u8>,
    next: Vec<u8>,
}

/// Bytes before a row: a pixel of zeros.
const LEFT: usize = 4;

/// Peak bytes of heap of [`Filters`] of rows of so many bytes.
pub(super) fn memory(row: u64) -> u64 {
    (row + LEFT as u64) * 4
}

impl Filters {
    pub(super) fn new(row: usize, stored: Stored, choice: Choice) -> Self {
        Self {
            pixel: (stored.pixel_bits() / 8).max(1),
            choice,
            above: vec![0; LEFT + row],
            row: vec![0; LEFT + row],
            best: vec![0; 1 + row],
            next: vec![0; 1 + row],
        }
    }

    /// The filter of a row and the filtered row.
    pub(super) fn filter(&mut self, row: &[u8]) -> &[u8] {
        std::mem::swap(&mut self.row, &mut self.above);
        self.row[LEFT..].copy_from_slice(row);
        let (filters, size): (&[u8], Size) = match self.choice {
            Choice::None => (&[0], |_| 0),
            Choice::Sub => (&[1], |_| 0),
            Choice::FewMagnitudes => (&[1, 2, 4], magnitude),
            Choice::Magnitude => (&[0, 1, 2, 3, 4], magnitude),
            Choice::Entropy => (&[0, 1, 2, 3, 4], entropy),
            Choice::Pairs => (&[0, 1, 2, 3, 4], pairs),
        };
        let mut least = u64::MAX;
        for &filter in filters {
            self.apply(filter);
            let size = size(&self.next[1..]);
            if size < least {
                least = size;
                std::mem::swap(&mut self.best, &mut self.next);
            }
        }
        if let Choice::Magnitude | Choice::FewMagnitudes = self.choice
            && is_drawn(&self.best[1..], least)
        {
            self.apply(0);
            std::mem::swap(&mut self.best, &mut self.next);
        }
        &self.best
    }

    fn apply(&mut self, filter: u8) {
        let Self { row, above, next, pixel, .. } = self;
        let length = row.len() - LEFT;
        let left = &row[LEFT - *pixel..][..length];
        let above_left = &above[LEFT - *pixel..][..length];
        let (row, above) = (&row[LEFT..], &above[LEFT..]);
        next[0] = filter;
        let to = next[1..].iter_mut().zip(row);
        match filter {
            1 => to.zip(left).for_each(|((to, x), a)| *to = x.wrapping_sub(*a)),
            2 => to.zip(above).for_each(|((to, x), b)| *to = x.wrapping_sub(*b)),
            3 => to.zip(left.iter().zip(above)).for_each(|((to, x), (a, b))| {
                *to = x.wrapping_sub((a & b) + ((a ^ b) >> 1));
            }),
            4 => to.zip(left.iter().zip(above).zip(above_left)).for_each(|((to, x), ((a, b), c))| {
                *to = x.wrapping_sub(paeth(*a, *b, *c));
            }),
            _ => to.for_each(|(to, x)| *to = *x),
        }
    }
}

/// Of left, above and above left the one that is nearest to left + above − above left (PNG section 9.4), by bytes alone.
fn paeth(a: u8, b: u8, c: u8) -> u8 {
    let (pa, pb) = (b.abs_diff(c), a.abs_diff(c));
    // Where the one beside is on the same side of c as the one above, the sum goes further away from c than either.
    let pc = if (a > c) == (b > c) { 255 } else { pa.abs_diff(pb) };
    let nearest = if pb <= pc { b } else { c };
    if pa <= pb && pa <= pc { a } else { nearest }
}

/// Whether a filtered row, whose magnitude is given, is text or a drawing: much of it is predicted well, and the rest badly.
/// Such bytes repeat as they are, and not as differences.
fn is_drawn(filtered: &[u8], magnitude: u64) -> bool {
    let others = filtered.iter().filter(|&&byte| byte != 0).count() as u64;
    let all = filtered.len() as u64;
    // Where all but a few bytes are zeros, these take the least.
    (all / 25..all / 5 * 4).contains(&others) && magnitude > others * 24
}

/// Bytes that are summed at once, and groups of them that do not overflow a sum.
const LANES: usize = 32;
const GROUPS: usize = 512;

/// The sum of the bytes' distances from zero.
fn magnitude(bytes: &[u8]) -> u64 {
    let distance = |byte: u8| byte.min(byte.wrapping_neg());
    bytes.chunks(LANES * GROUPS).fold(0, |sum, part| {
        let (groups, rest) = part.as_chunks::<LANES>();
        let mut lanes = [0u16; LANES];
        for group in groups {
            lanes.iter_mut().zip(group).for_each(|(lane, &byte)| *lane += u16::from(distance(byte)));
        }
        let rest: u64 = rest.iter().map(|&byte| u64::from(distance(byte))).sum();
        sum + rest + lanes.iter().map(|&lane| u64::from(lane)).sum::<u64>()
    })
}

/// About what an ideal code of the bytes takes, in 1/256 bit.
fn entropy(bytes: &[u8]) -> u64 {
    let mut counts = [0u32; 256];
    bytes.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
    let all = log2(bytes.len() as u32);
    counts.iter().map(|&count| u64::from(count) * u64::from(all - log2(count))).sum()
}

/// How many different pairs of neighbouring bytes there are.
fn pairs(bytes: &[u8]) -> u64 {
    let mut seen = [0u64; 1 << 10];
    for pair in bytes.windows(2) {
        let pair = usize::from(u16::from_le_bytes([pair[0], pair[1]]));
        seen[pair / 64] |= 1 << (pair % 64);
    }
    seen.iter().map(|bits| u64::from(bits.count_ones())).sum()
}
