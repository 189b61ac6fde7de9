//! One sort for a few items: those of the standard library are faster, and many times as large in a module, once for each type.

/// Sorts upwards by a key, in place (J. W. J. Williams, "Algorithm 232: Heapsort", 1964). Items with the same key come in no
/// order of their own.
pub(crate) fn sort_by_key<T: Copy>(items: &mut [T], key: impl Fn(&T) -> u64) {
    // The first half of the turns makes the heap, largest first; each other takes the largest off.
    let mut start = items.len() / 2;
    let mut end = items.len();
    while end > 1 {
        if start > 0 {
            start -= 1;
        } else {
            end -= 1;
            items.swap(0, end);
        }
        let item = items[start];
        let mut at = start;
        loop {
            let mut child = 2 * at + 1;
            if child >= end {
                break;
            }
            if child + 1 < end && key(&items[child]) < key(&items[child + 1]) {
                child += 1;
            }
            if key(&item) >= key(&items[child]) {
                break;
            }
            items[at] = items[child];
            at = child;
        }
        items[at] = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_items_is_sorted() {
        let mut seed = 1u64;
        for length in 0..200 {
            let mut items: Vec<u64> = std::iter::repeat_with(|| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                seed >> 57
            })
            .take(length)
            .collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort_by_key(&mut items, |item| *item);
            assert_eq!(items, expected);
        }
    }
}
