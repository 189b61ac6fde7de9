//! Prefix codes of limited length (RFC 1951 section 3.2.2).

/// The lengths of an optimal code, or nearly so where it is limited. At least two symbols get one.
pub(super) fn code_lengths<const N: usize>(counts: &[u32; N], limit: usize) -> [u8; N] {
    let mut lengths = [0; N];
    // Counts with their symbols, the rarest first.
    let mut sorted = [0u64; N];
    let mut used = 0;
    for (symbol, &count) in counts.iter().enumerate() {
        if count > 0 {
            sorted[used] = u64::from(count) << 16 | symbol as u64;
            used += 1;
        }
    }
    if used < 2 {
        let symbol = (sorted[0] & 0xffff) as usize;
        lengths[symbol] = 1;
        lengths[if symbol == 0 { 1 } else { 0 }] = 1;
        return lengths;
    }
    let sorted = &mut sorted[..used];
    sort(sorted);
    let mut depths = [0u64; N];
    let depths = &mut depths[..used];
    depths.iter_mut().zip(&*sorted).for_each(|(depth, entry)| *depth = entry >> 16);
    tree_depths(depths);

    let mut of_length = [0u32; 16];
    depths.iter().for_each(|&depth| of_length[(depth as usize).min(limit)] += 1);
    limit_lengths(&mut of_length, limit);
    let mut symbols = sorted.iter().map(|entry| (entry & 0xffff) as usize);
    for length in (1..=limit).rev() {
        symbols.by_ref().take(of_length[length] as usize).for_each(|symbol| lengths[symbol] = length as u8);
    }
    lengths
}

/// Sorts upwards (Shell's sort: there are few, and its code is small).
pub(crate) fn sort(entries: &mut [u64]) {
    for gap in [132, 57, 23, 10, 4, 1] {
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

/// Replaces sorted weights by the depths of their leaves in a tree of the least weight (Moffat and Katajainen 1995, in place).
fn tree_depths(weights: &mut [u64]) {
    let count = weights.len();
    // Weights become those of inner nodes, and then the indices of their parents.
    let (mut leaf, mut root) = (0, 0);
    for next in 0..count - 1 {
        let mut sum = 0;
        for _ in 0..2 {
            if leaf >= count || (root < next && weights[root] < weights[leaf]) {
                sum += weights[root];
                weights[root] = next as u64;
                root += 1;
            } else {
                sum += weights[leaf];
                leaf += 1;
            }
        }
        weights[next] = sum;
    }
    // Depths of inner nodes.
    weights[count - 2] = 0;
    for node in (0..count - 2).rev() {
        weights[node] = weights[weights[node] as usize] + 1;
    }
    // Depths of leaves, the deepest first.
    let (mut open, mut depth, mut inner, mut next) = (1usize, 0, count as isize - 2, count);
    while open > 0 {
        let mut nodes = 0;
        while inner >= 0 && weights[inner as usize] == depth {
            nodes += 1;
            inner -= 1;
        }
        for _ in nodes..open {
            next -= 1;
            weights[next] = depth;
        }
        open = nodes * 2;
        depth += 1;
    }
}

/// Makes codes of so many of each length fit, where some were cut to the limit.
fn limit_lengths(of_length: &mut [u32; 16], limit: usize) {
    let space =
        |of_length: &[u32; 16]| (1..=limit).map(|length| of_length[length] << (limit - length)).sum::<u32>();
    let mut over = space(of_length).saturating_sub(1 << limit);
    while over > 0 {
        // One of the longest goes beside another one, which is made longer.
        let shorter = (1..limit).rev().find(|&length| of_length[length] > 0).unwrap_or(1);
        of_length[limit] -= 1;
        of_length[shorter] -= 1;
        of_length[shorter + 1] += 2;
        over -= 1;
    }
}

/// The codes of the lengths, as they are written: from their lowest bit. The length stands above bit 16.
pub(super) fn codes<const N: usize>(lengths: &[u8; N]) -> [u32; N] {
    let mut next = [0u32; 17];
    lengths.iter().filter(|&&length| length > 0).for_each(|&length| next[usize::from(length) + 1] += 1);
    for length in 1..17 {
        next[length] = (next[length - 1] + next[length]) << 1;
    }
    // `next[l + 1]` was the number of codes of length l, so that `next[l]` is now twice the first code of that length.
    std::array::from_fn(|symbol| {
        let length = u32::from(lengths[symbol]);
        if length == 0 {
            return 0;
        }
        let code = next[length as usize];
        next[length as usize] += 1;
        code.reverse_bits() >> (32 - length) | length << 16
    })
}
