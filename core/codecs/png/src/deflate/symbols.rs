//! The alphabets (RFC 1951 section 3.2.5), and how tokens are kept until they are written.
//!
//! A token is a literal, below 256, or a match: 256 + its length − 3, and behind it its distance − 1.

/// Literals, the end of a block, and lengths.
pub(super) const LITERALS: usize = 286;
pub(super) const DISTANCES: usize = 30;
/// The symbol that ends a block.
pub(super) const END: usize = 256;
/// The first token that is a match.
pub(super) const MATCH: u16 = 256;
/// The shortest match.
pub(super) const SHORTEST: usize = 3;
pub(super) const LONGEST: usize = 258;

/// Lengths from 3 as symbols from 257.
pub(super) static LENGTH_SYMBOLS: [u16; 256] = length_symbols();

const fn length_symbols() -> [u16; 256] {
    let mut symbols = [0; 256];
    let mut i = 0;
    while i < 256 {
        // Four symbols for each power of two from 8 on.
        symbols[i] = match i {
            0..8 => 257 + i as u16,
            255 => 285,
            _ => {
                let extra = i.ilog2() - 2;
                (257 + 4 + extra * 4 + ((i >> extra) as u32 & 3)) as u16
            }
        };
        i += 1;
    }
    symbols
}

/// Bits that follow a symbol of a length.
pub(super) const fn length_extra(symbol: usize) -> u32 {
    match symbol {
        0..265 | 285.. => 0,
        _ => (symbol as u32 - 261) / 4,
    }
}

/// The symbol of a distance − 1.
#[inline]
pub(super) fn distance_symbol(distance: u16) -> usize {
    if distance < 2 {
        return usize::from(distance);
    }
    let top = distance.ilog2();
    (top * 2 + u32::from(distance >> (top - 1) & 1)) as usize
}

/// Bits that follow a symbol of a distance.
pub(super) const fn distance_extra(symbol: usize) -> u32 {
    (symbol as u32 / 2).saturating_sub(1)
}

/// How often each symbol occurs.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    pub(super) literals: [u32; LITERALS],
    pub(super) distances: [u32; DISTANCES],
}

impl Histogram {
    pub(super) const EMPTY: Self = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };

    /// The same symbols and those of another.
    pub(super) fn add(&mut self, other: &Self) {
        self.literals.iter_mut().zip(&other.literals).for_each(|(to, from)| *to += from);
        self.distances.iter_mut().zip(&other.distances).for_each(|(to, from)| *to += from);
    }

    pub(super) fn count(&mut self, tokens: &[u16]) {
        let mut tokens = tokens.iter();
        while let Some(&token) = tokens.next() {
            if token < MATCH {
                self.literals[usize::from(token)] += 1;
            } else {
                self.literals[usize::from(LENGTH_SYMBOLS[usize::from(token & 255)])] += 1;
                let distance = tokens.next().copied().unwrap_or_default();
                self.distances[distance_symbol(distance)] += 1;
            }
        }
    }

    /// How many literals and matches there are.
    pub(super) fn sum(&self) -> u32 {
        self.literals.iter().sum()
    }

    /// Half as many of each.
    pub(super) fn halve(&mut self) {
        self.literals.iter_mut().chain(&mut self.distances).for_each(|count| *count /= 2);
    }

    /// Bits that follow the symbols.
    pub(super) fn extra_bits(&self) -> u64 {
        let lengths = (265..285).map(|symbol| u64::from(self.literals[symbol] * length_extra(symbol)));
        let distances =
            (4..DISTANCES).map(|symbol| u64::from(self.distances[symbol] * distance_extra(symbol)));
        lengths.sum::<u64>() + distances.sum::<u64>()
    }
}
