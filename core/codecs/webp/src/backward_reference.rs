//! Lengths and distances of backward references (RFC 9649, section 3.6.2.2).

/// The longest match.
pub(crate) const MAX_MATCH: usize = 4096;
/// Distance codes that stand for near pixels by their offset.
pub(crate) const NEAR: usize = 120;

/// A prefix symbol, with the extra bits that follow it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prefix {
    pub(crate) symbol: usize,
    pub(crate) extra: u32,
    pub(crate) extra_bits: u32,
}

impl Prefix {
    /// The prefix form of a length or a distance code, both from 1.
    #[inline(always)]
    pub(crate) fn of(value: u32) -> Self {
        let value = value - 1;
        if value < 4 {
            return Prefix { symbol: value as usize, extra: 0, extra_bits: 0 };
        }
        let highest = value.ilog2();
        let extra_bits = highest - 1;
        let second = value >> extra_bits & 1;
        Prefix { symbol: (2 * highest + second) as usize, extra: value & ((1 << extra_bits) - 1), extra_bits }
    }

    /// The extra bits that a symbol has.
    pub(crate) fn extra_bits(symbol: usize) -> u32 {
        symbol.saturating_sub(2) as u32 / 2
    }
}

/// The code of the pixel `x` to the left (−7 to 8, so 8 − x is the index) in the row `y` above (0 to 7); 0: none.
const NEAR_CODES: [[u8; 16]; 8] = near_codes();

/// Codes rise with the distance; of equal distances, the less horizontal one comes first, and left before right. The RFC
/// lists the resulting table.
const fn near_codes() -> [[u8; 16]; 8] {
    let mut codes = [[0; 16]; 8];
    let mut code = 1;
    // 8² + 7² is the largest.
    let mut square = 1;
    while square <= 113 {
        let mut x = 0;
        while x <= 8 {
            let mut y = 0;
            while y < 8 {
                if x * x + y * y == square {
                    codes[y][8 - x] = code;
                    code += 1;
                    if x > 0 && x < 8 && y > 0 {
                        codes[y][8 + x] = code;
                        code += 1;
                    }
                }
                y += 1;
            }
            x += 1;
        }
        square += 1;
    }
    assert!(code as usize == NEAR + 1);
    codes
}

/// The offset that each of the codes stands for: pixels to the left (−7 to 8), and rows above.
pub(crate) static NEAR_OFFSETS: [(i8, u8); NEAR] = near_offsets();

const fn near_offsets() -> [(i8, u8); NEAR] {
    let mut offsets = [(0, 0); NEAR];
    let mut at = 0;
    while at < 8 * 16 {
        let (y, index) = (at / 16, at % 16);
        let code = NEAR_CODES[y][index];
        if code > 0 {
            offsets[code as usize - 1] = (8 - index as i8, y as u8);
        }
        at += 1;
    }
    offsets
}

/// The distance code of a distance in pixels, in an image of that width.
#[inline]
pub(crate) fn distance_code(distance: usize, width: usize) -> u32 {
    let (y, x) = (distance / width, distance % width);
    let code = if x <= 8 && y < 8 {
        NEAR_CODES[y][8 - x]
    } else if width - x < 8 && y < 7 {
        NEAR_CODES[y + 1][8 + width - x]
    } else {
        0
    };
    if code == 0 { (distance + NEAR) as u32 } else { u32::from(code) }
}

#[cfg(test)]
mod tests {
    use super::{Prefix, distance_code};

    #[test]
    fn prefixes_give_their_value_back() {
        for value in 1..=100_000 {
            let prefix = Prefix::of(value);
            assert_eq!(prefix.extra_bits, Prefix::extra_bits(prefix.symbol));
            let offset = match prefix.symbol {
                symbol @ 0..4 => symbol as u32,
                symbol => (2 + (symbol as u32 & 1)) << prefix.extra_bits,
            };
            assert_eq!(offset + prefix.extra + 1, value);
        }
    }

    #[test]
    fn near_distances_have_the_codes_of_the_rfc() {
        for (x, y, code) in [(0, 1, 1), (1, 0, 2), (1, 1, 3), (-1, 1, 4), (0, 2, 5), (5, 0, 40), (8, 7, 120)]
        {
            assert_eq!(distance_code((x + y * 100) as usize, 100), code);
        }
        assert_eq!(distance_code(9, 100), 129);
    }
}
