//! Length-limited prefix codes (RFC 9649, section 3.7.2).

use crate::prefix_code::MAX_CODE_LENGTH;

/// The code lengths that make the symbols cheapest, none above `limit`; 0 for what does not occur. A symbol that
/// is alone gets length 1.
///
/// This is the package-merge algorithm (Larmore and Hirschberg): the result is the best that the limit allows, so
/// 256 symbols never cost more than 8 bits each, which bounds the size of every file.
pub(crate) fn code_lengths(counts: &[u32], limit: usize) -> Vec<u8> {
    let mut lengths = vec![0; counts.len()];
    // Count and symbol in one number, which sorts faster than two, and with less code.
    let leaf = |(&count, symbol): (&u32, u64)| (count > 0).then_some((u64::from(count) << 16) | symbol);
    let mut leaves: Vec<u64> = counts.iter().zip(0..).filter_map(leaf).collect();
    let count = |leaf: u64| leaf >> 16;
    let symbol = |leaf: u64| usize::from(leaf as u16);
    if let [leaf] = leaves[..] {
        lengths[symbol(leaf)] = 1;
    }
    if leaves.len() < 2 {
        return lengths;
    }
    sort(&mut leaves);

    // Level by level: the leaves, merged with pairs of the level below. Only which items are leaves is kept.
    let mut level: Vec<u64> = Vec::with_capacity(2 * leaves.len());
    let mut pairs: Vec<u64> = Vec::with_capacity(leaves.len());
    let mut is_leaf = vec![false; 2 * leaves.len() * limit];
    for flags in is_leaf.chunks_exact_mut(2 * leaves.len()) {
        pairs.clear();
        pairs.extend(level.chunks_exact(2).map(|pair| pair[0] + pair[1]));
        level.clear();
        let (mut leaf, mut pair) = (0, 0);
        while leaf < leaves.len() || pair < pairs.len() {
            let take_leaf = match (leaves.get(leaf), pairs.get(pair)) {
                (Some(&leaf), Some(&weight)) => count(leaf) <= weight,
                (leaf, _) => leaf.is_some(),
            };
            flags[level.len()] = take_leaf;
            if take_leaf {
                level.push(count(leaves[leaf]));
                leaf += 1;
            } else {
                level.push(pairs[pair]);
                pair += 1;
            }
        }
    }

    // The cheapest 2n − 2 items of the last level: each leaf in them, on whatever level, is one bit.
    let mut taken = 2 * leaves.len() - 2;
    for flags in is_leaf.chunks_exact(2 * leaves.len()).rev() {
        let count = flags[..taken].iter().filter(|&&leaf| leaf).count();
        for &leaf in &leaves[..count] {
            lengths[symbol(leaf)] += 1;
        }
        taken = 2 * (taken - count);
    }
    lengths
}

/// Sorts upwards (D. Shell, "A High-Speed Sorting Procedure", 1959). That of the standard library is faster, and many times
/// as large in a module.
pub(crate) fn sort(entries: &mut [u64]) {
    for gap in [1577, 701, 301, 132, 57, 23, 10, 4, 1] {
        for i in gap..entries.len() {
            let entry = entries[i];
            let mut at = i;
            while at >= gap && entries[at - gap] > entry {
                entries[at] = entries[at - gap];
                at -= gap;
            }
            entries[at] = entry;
        }
    }
}

/// A code ready for writing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Code {
    /// The bits, the first one lowest.
    pub(crate) bits: u16,
    pub(crate) length: u16,
}

/// The canonical code of these lengths. A symbol that is alone takes no bits.
pub(crate) fn canonical(lengths: &[u8]) -> Vec<Code> {
    let mut codes = vec![Code::default(); lengths.len()];
    if lengths.iter().filter(|&&length| length > 0).count() < 2 {
        return codes;
    }
    let mut counts = [0; MAX_CODE_LENGTH + 1];
    for &length in lengths.iter().filter(|&&length| length > 0) {
        counts[usize::from(length)] += 1;
    }
    let mut next = [0_u16; MAX_CODE_LENGTH + 1];
    for length in 1..=MAX_CODE_LENGTH {
        next[length] = (next[length - 1] + counts[length - 1]) << 1;
    }
    for (code, &length) in codes.iter_mut().zip(lengths).filter(|&(_, &length)| length > 0) {
        let next = &mut next[usize::from(length)];
        *code = Code { bits: next.reverse_bits() >> (16 - length), length: u16::from(length) };
        *next = next.wrapping_add(1);
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::code_lengths;
    use crate::prefix_code::MAX_CODE_LENGTH;

    #[test]
    fn codes_are_complete_and_within_the_limit() {
        let mut fibonacci = vec![1_u32, 1];
        while fibonacci.len() < 40 {
            fibonacci.push(fibonacci[fibonacci.len() - 1] + fibonacci[fibonacci.len() - 2]);
        }
        for counts in [fibonacci, vec![1; 2328], vec![9, 0, 9], (1..300).collect()] {
            let lengths = code_lengths(&counts, MAX_CODE_LENGTH);
            let used = lengths.iter().filter(|&&length| length > 0);
            let kraft: u32 = used.map(|&length| 1 << (MAX_CODE_LENGTH as u8 - length)).sum();
            assert_eq!(kraft, 1 << MAX_CODE_LENGTH);
        }
    }

    #[test]
    fn lengths_are_those_of_huffman() {
        assert_eq!(code_lengths(&[1, 1, 2, 4, 0, 8], MAX_CODE_LENGTH), [4, 4, 3, 2, 0, 1]);
        assert_eq!(code_lengths(&[1, 1, 2, 4, 0, 8], 3), [3, 3, 3, 3, 0, 1]);
        assert_eq!(code_lengths(&[0, 3], MAX_CODE_LENGTH), [0, 1]);
        assert_eq!(code_lengths(&[5; 256], MAX_CODE_LENGTH), [8; 256]);
    }
}
