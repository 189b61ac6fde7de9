//! The Huffman table that makes a picture smallest (T.81 K.2).

/// A table as DHT writes it, and as the coder uses it.
#[derive(Clone, Debug)]
pub(super) struct EncodeTable {
    /// How many codes there are of 1 to 16 bits.
    pub(super) counts: [u8; 16],
    /// The symbols, in the order of their codes.
    pub(super) symbols: Vec<u8>,
    /// For each symbol, its code; meaningless where it has none.
    pub(super) codes: [Code; 256],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) bits: u16,
    /// 1 to 16; 0: there is no code.
    pub(super) length: u8,
}

/// Stands for the code that has only 1 bits, which no symbol may have (T.81 C.2).
const RESERVED: usize = 256;
/// Longer than any code before it is limited: frequencies that grow as Fibonacci's numbers fill 64 bits by then.
const MAX_LENGTH: usize = 100;

impl EncodeTable {
    /// Heap bytes of a table.
    pub(super) const BYTES: u64 = 256;

    /// Makes a table for symbols that occur so often. Those that never occur get no code.
    pub(super) fn optimal(frequencies: &[u64]) -> Self {
        let lengths = lengths(frequencies);
        let mut counts = [0usize; MAX_LENGTH];
        lengths.iter().filter(|&&length| length > 0).for_each(|&length| counts[length] += 1);
        limit(&mut counts);
        // The most frequent first. Few as they are, each is put in its place: the standard library's sort is larger
        // than all that is done here.
        let mut symbols = Vec::with_capacity(256);
        for symbol in (0..=255).filter(|&symbol| lengths[usize::from(symbol)] > 0) {
            let as_frequent =
                |&other: &u8| frequencies[usize::from(other)] >= frequencies[usize::from(symbol)];
            symbols.insert(symbols.partition_point(as_frequent), symbol);
        }
        let counts = std::array::from_fn(|i| counts[i + 1] as u8);
        let mut codes = [Code::default(); 256];
        let mut next = symbols.iter();
        let mut bits = 0u16;
        for (length, &count) in (1..).zip(&counts) {
            for &symbol in next.by_ref().take(count.into()) {
                codes[usize::from(symbol)] = Code { bits, length };
                bits += 1;
            }
            bits <<= 1;
        }
        EncodeTable { counts, symbols, codes }
    }

    /// Bits of symbols that occur so often.
    pub(super) fn bits(&self, frequencies: &[u64]) -> u64 {
        frequencies.iter().zip(&self.codes).map(|(count, code)| count * u64::from(code.length)).sum()
    }
}

/// Figure K.1: the two rarest trees are joined until there is one.
fn lengths(frequencies: &[u64]) -> [usize; RESERVED + 1] {
    let mut lengths = [0; RESERVED + 1];
    // Symbols that occur, their trees by the place of the symbol that stands for it, and the frequencies of these.
    let (mut symbols, mut trees, mut frequency) = ([0; RESERVED + 1], [0; RESERVED + 1], [0; RESERVED + 1]);
    let mut count = 0;
    for (symbol, &often) in (0..).zip(frequencies).filter(|(_, often)| **often > 0).chain([(RESERVED, &1)]) {
        (symbols[count], trees[count], frequency[count]) = (symbol, count, often);
        count += 1;
    }
    let (symbols, trees, frequency) = (&symbols[..count], &mut trees[..count], &mut frequency[..count]);
    loop {
        // Of equal frequencies the highest symbol is taken, so that the reserved one becomes longest.
        let rarest = |besides: usize| {
            (0..count).rev().filter(|&i| frequency[i] > 0 && i != besides).min_by_key(|&i| frequency[i])
        };
        let Some(first) = rarest(usize::MAX) else { return lengths };
        let Some(second) = rarest(first) else { return lengths };
        frequency[first] += frequency[second];
        frequency[second] = 0;
        for (tree, &symbol) in trees.iter_mut().zip(symbols) {
            if *tree == first || *tree == second {
                *tree = first;
                lengths[symbol] += 1;
            }
        }
    }
}

/// Figure K.3: shortens codes of more than 16 bits by lengthening others, and takes the reserved one away.
fn limit(counts: &mut [usize; MAX_LENGTH]) {
    for length in (17..MAX_LENGTH).rev() {
        while counts[length] > 0 {
            // A pair loses its last bit and becomes one; the other one takes half of a shorter code's place.
            let shorter = (1..length - 1).rev().find(|&shorter| counts[shorter] > 0).unwrap_or(1);
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
    if let Some(longest) = (1..=16).rev().find(|&length| counts[length] > 0) {
        counts[longest] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_for_few_symbols_is_short() {
        let table = EncodeTable::optimal(&[0, 0, 7]);
        assert_eq!((table.counts[0], &table.symbols[..]), (1, &[2][..]));
        assert_eq!(table.codes[2], Code { bits: 0, length: 1 });
        let table = EncodeTable::optimal(&[10, 0, 5, 1]);
        assert_eq!([0, 2, 3].map(|symbol: usize| table.codes[symbol].length), [1, 2, 3]);
        assert!(EncodeTable::optimal(&[]).symbols.is_empty());
    }

    #[test]
    fn codes_are_limited_and_leave_one_free() {
        let fibonacci = |count: usize| {
            let mut numbers = vec![1u64, 1];
            (2..count).for_each(|i| numbers.push(numbers[i - 1] + numbers[i - 2]));
            numbers
        };
        for frequencies in [fibonacci(12), fibonacci(17), fibonacci(60), vec![3; 256], fibonacci(85)] {
            let table = EncodeTable::optimal(&frequencies);
            assert_eq!(table.symbols.len(), frequencies.len());
            let lengths = table.codes.iter().filter(|code| code.length > 0).map(|code| code.length);
            let used: u32 = lengths.map(|length| 1 << (16 - length)).sum();
            assert!(used < 1 << 16);
            for (symbol, pair) in frequencies.windows(2).enumerate() {
                let [rarer, other] = [symbol, symbol + 1].map(|symbol| table.codes[symbol].length);
                assert!(pair[0] == pair[1] || rarer >= other);
            }
        }
    }
}
