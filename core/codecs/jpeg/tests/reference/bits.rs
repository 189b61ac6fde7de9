//! Entropy-coded data, read one bit at a time (T.81 F.2.2).

pub(super) struct Bits<'a> {
    data: &'a [u8],
    byte: usize,
    /// Bits taken of that byte.
    taken: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Bits { data, byte: 0, taken: 0 }
    }

    pub(super) fn bit(&mut self) -> i32 {
        let byte = self.data[self.byte];
        assert!(byte != 0xFF || self.data[self.byte + 1] == 0, "the data runs into a marker");
        let bit = byte << self.taken >> 7;
        self.taken += 1;
        if self.taken == 8 {
            self.next_byte();
        }
        bit.into()
    }

    /// A number of so many bits.
    pub(super) fn take(&mut self, count: u8) -> i32 {
        (0..count).fold(0, |number, _| number << 1 | self.bit())
    }

    /// A difference or coefficient of so many bits (T.81 F.2.2.1, RECEIVE and EXTEND).
    pub(super) fn signed(&mut self, count: u8) -> i32 {
        let number = self.take(count);
        if count > 0 && number < 1 << (count - 1) { number - (1 << count) + 1 } else { number }
    }

    /// Passes a restart marker, which must be the next thing but padding.
    pub(super) fn restart(&mut self) {
        let at = self.end();
        assert!(self.data[at] == 0xFF && self.data[at + 1] & 0xF8 == 0xD0, "a restart marker");
        self.byte = at + 2;
    }

    /// Passes the padding, and tells where the data goes on.
    pub(super) fn end(&mut self) -> usize {
        if self.taken > 0 {
            self.next_byte();
        }
        self.byte
    }

    fn next_byte(&mut self) {
        // A byte of ones has a zero behind it.
        self.byte += if self.data[self.byte] == 0xFF { 2 } else { 1 };
        self.taken = 0;
    }
}

/// A Huffman table.
#[derive(Default)]
pub(super) struct Codes {
    /// How many codes there are of 1 to 16 bits.
    counts: [u8; 16],
    symbols: Vec<u8>,
}

impl Codes {
    /// Reads a table. Returns what follows it, too.
    pub(super) fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let (counts, rest) = bytes.split_first_chunk::<16>().expect("16 counts");
        let (symbols, rest) = rest.split_at(counts.iter().map(|&count| usize::from(count)).sum());
        (Codes { counts: *counts, symbols: symbols.to_vec() }, rest)
    }

    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> u8 {
        // The codes of a length are consecutive, and begin behind those of the length before (T.81 C.2).
        let (mut code, mut first, mut index) = (0, 0, 0);
        for &count in &self.counts {
            code = code << 1 | bits.bit();
            if code - first < i32::from(count) {
                return self.symbols[index + (code - first) as usize];
            }
            index += usize::from(count);
            first = (first + i32::from(count)) << 1;
        }
        panic!("no such code");
    }
}
