//! Prefix codes as DEFLATE has them (RFC 1951 section 3.2.2): a code is told by the lengths of its symbols.

use super::bits::Bits;

/// The longest code of a literal, a length or a distance, and of the lengths of these.
pub(super) const LONGEST: usize = 15;
pub(super) const LONGEST_OF_LENGTHS: usize = 7;

/// Finds symbols by their codes.
#[derive(Debug)]
pub(super) struct Decoder {
    /// How many codes there are of each length.
    counts: [u16; LONGEST + 1],
    /// In the order of their codes.
    symbols: [u16; 288],
}

impl Decoder {
    pub(super) fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; LONGEST + 1];
        lengths.iter().for_each(|&length| counts[usize::from(length) & LONGEST] += 1);
        counts[0] = 0;
        let mut symbols = [0; 288];
        let mut next = 0;
        for length in 1..=LONGEST {
            for (symbol, _) in (0..).zip(lengths).filter(|(_, found)| usize::from(**found) == length) {
                symbols[next] = symbol;
                next += 1;
            }
        }
        Decoder { counts, symbols }
    }

    /// The next symbol. A bit at a time: that is quick enough beside all else, and needs no tables.
    pub(super) fn read(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for &count in &self.counts[1..] {
            code |= bits.take(1)?;
            let count = u32::from(count);
            if code < first + count {
                return self.symbols.get((index + code - first) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// The codes of symbols, by their lengths: with the first bit lowest, as they are written. Of those without any, 0.
pub(super) fn codes(lengths: &[u8]) -> [u16; 288] {
    let mut codes = [0; 288];
    let mut code = 0u16;
    for length in 1..=LONGEST as u8 {
        for (symbol, _) in lengths.iter().enumerate().filter(|(_, found)| **found == length) {
            codes[symbol] = code.reverse_bits() >> (16 - length);
            code = code.wrapping_add(1);
        }
        code <<= 1;
    }
    codes
}

/// Sets the lengths of the best codes for symbols that occur so often (Huffman's, shortened where they are too long).
pub(super) fn best_lengths(counts: &[u32], longest: usize, lengths: &mut [u8]) {
    lengths.fill(0);
    let mut symbols: Vec<u16> = Vec::with_capacity(counts.len());
    // Few as they are, each is put in its place.
    for (symbol, &count) in (0..).zip(counts).filter(|(_, count)| **count > 0) {
        let place = symbols.partition_point(|&other: &u16| counts[usize::from(other)] <= count);
        symbols.insert(place, symbol);
    }
    let leaves = symbols.len();
    if leaves < 2 {
        symbols.iter().for_each(|&symbol| lengths[usize::from(symbol)] = 1);
        return;
    }
    // Leaves and then trees, each the lightest that are left: the parents come in the order of their weights.
    let mut weights: Vec<u64> = symbols.iter().map(|&symbol| counts[usize::from(symbol)].into()).collect();
    weights.reserve_exact(leaves - 1);
    let mut parents = vec![0; 2 * leaves - 1];
    let (mut leaf, mut tree) = (0, leaves);
    for parent in leaves..2 * leaves - 1 {
        let mut lightest = || {
            let is_leaf = leaf < leaves && (tree == parent || weights[leaf] <= weights[tree]);
            let taken = if is_leaf { &mut leaf } else { &mut tree };
            *taken += 1;
            parents[*taken - 1] = parent;
            weights[*taken - 1]
        };
        let weight = lightest() + lightest();
        weights.push(weight);
    }
    // How many codes of a length there are: too long ones are cut, and others made longer until there is room.
    let mut depths = vec![0; 2 * leaves - 1];
    let mut of_length = [0u32; LONGEST + 1];
    for node in (0..2 * leaves - 2).rev() {
        depths[node] = depths[parents[node]] + 1;
        if node < leaves {
            of_length[depths[node].min(longest)] += 1;
        }
    }
    let used =
        |of_length: &[u32]| (1..=longest).map(|length| of_length[length] << (longest - length)).sum::<u32>();
    let mut room = used(&of_length);
    while room > 1 << longest {
        let shorter = (1..longest).rev().find(|&length| of_length[length] > 0).unwrap_or(1);
        of_length[longest] -= 1;
        of_length[shorter] -= 1;
        of_length[shorter + 1] += 2;
        room -= 1;
    }
    let mut rarest = symbols.iter();
    for length in (1..=longest).rev() {
        for &symbol in rarest.by_ref().take(of_length[length] as usize) {
            lengths[usize::from(symbol)] = length as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_best_and_never_too_long() {
        let lengths = |counts: &[u32], longest| {
            let mut lengths = vec![9; counts.len()];
            best_lengths(counts, longest, &mut lengths);
            lengths
        };
        assert_eq!(lengths(&[10, 0, 5, 1], 15), [1, 0, 2, 2]);
        assert_eq!(lengths(&[0, 3], 15), [0, 1]);
        assert_eq!(lengths(&[0, 0], 15), [0, 0]);
        let fibonacci: Vec<u32> = (0..30)
            .scan((1, 1), |(a, b), _| {
                (*a, *b) = (*b, *a + *b);
                Some(*a)
            })
            .collect();
        for longest in [5, 7, 15] {
            for counts in [&fibonacci[..], &[7; 30], &[1, 1, 1, 1, 1000, 100_000, 1]] {
                let lengths = lengths(counts, longest);
                assert!(lengths.iter().all(|&length| (1..=longest as u8).contains(&length)));
                let room: u32 = lengths.iter().map(|length| 1 << (15 - length)).sum();
                assert_eq!(room, 1 << 15, "{longest}: {lengths:?}");
            }
        }
    }
}
