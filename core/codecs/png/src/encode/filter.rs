//! Filters of rows (PNG section 9.2), and the choice of one for each row (section 12.7).

use super::Effort;
use super::stored::Stored;

/// Filters rows.
#[derive(Debug)]
pub(super) struct Filters {
    /// Bytes of a pixel, at least 1.
    pixel: usize,
    effort: Effort,
    /// Whether pixels are numbers that filters can make smaller.
    has_levels: bool,
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
    pub(super) fn new(row: usize, stored: Stored, effort: Effort) -> Self {
        let pixel = (stored.pixel_bits() / 8).max(1);
        Self {
            pixel,
            effort,
            has_levels: !matches!(stored, Stored::Palette(_) | Stored::Grey(1 | 2 | 4)),
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
        let filters: &[u8] = match self.effort {
            _ if !self.has_levels => &[0],
            Effort::Fast => &[1, 4],
            Effort::Balanced | Effort::Small => &[0, 1, 2, 3, 4],
        };
        let mut least = u64::MAX;
        for &filter in filters {
            self.apply(filter);
            let sum = if filters.len() > 1 { magnitude(&self.next[1..]) } else { 0 };
            if sum < least {
                least = sum;
                std::mem::swap(&mut self.best, &mut self.next);
            }
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

/// The sum of the bytes' distances from zero.
fn magnitude(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from((byte as i8).unsigned_abs())).sum()
}
