//! Bits to bytes, with a 0 behind each byte of ones (T.81 F.1.2.3).

/// Takes what is coded, 32 bits at a time.
pub(super) trait Sink {
    fn word(&mut self, word: u32);
    /// Bytes one by one, a 0 behind each FF.
    fn bytes(&mut self, bytes: &[u8]);
    /// Bytes that may still be written.
    fn room(&self) -> usize;
}

/// Collects bits until there are enough for the sink.
#[derive(Debug)]
pub(super) struct BitWriter<S> {
    pub(super) sink: S,
    bits: u64,
    /// How many of `bits` are not written yet: below 32 between calls.
    pending: u32,
}

impl<S: Sink> BitWriter<S> {
    pub(super) fn new(sink: S) -> Self {
        BitWriter { sink, bits: 0, pending: 0 }
    }

    /// At most 32 bits.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, length: u32) {
        self.bits = self.bits << length | u64::from(bits);
        self.pending += length;
        if self.pending >= 32 {
            self.pending -= 32;
            self.sink.word((self.bits >> self.pending) as u32);
        }
    }

    /// Fills the last byte with 1 bits (T.81 F.1.2.3).
    pub(super) fn finish(mut self) -> S {
        let filled = (self.bits << 32 | 0xFFFF_FFFF) >> self.pending;
        let bytes = (filled as u32).to_be_bytes();
        self.sink.bytes(&bytes[..self.pending.div_ceil(8) as usize]);
        self.sink
    }
}

impl Sink for Vec<u8> {
    #[inline(always)]
    fn word(&mut self, word: u32) {
        let bytes = word.to_be_bytes();
        if stuffing(word) == 0 {
            self.extend_from_slice(&bytes);
        } else {
            Sink::bytes(self, &bytes);
        }
    }

    #[cold]
    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.push(byte);
            if byte == 0xFF {
                self.push(0);
            }
        }
    }

    #[inline(always)]
    fn room(&self) -> usize {
        self.capacity() - self.len()
    }
}

/// Has room for a known number of bits, and some for what is stuffed. What does not fit is lost.
#[derive(Debug)]
pub(super) struct Limited {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Limited {
    pub(super) fn new(bits: u64) -> Self {
        Limited { bytes: Vec::with_capacity(Limited::capacity(bits)), is_full: false }
    }

    /// Goes on in what room a file has.
    pub(super) fn of(file: Vec<u8>) -> Self {
        Limited { bytes: file, is_full: false }
    }

    /// Of a few FF as well as of the usual one in some 256 bytes.
    pub(super) fn capacity(bits: u64) -> usize {
        let bytes = (bits / 8) as usize;
        bytes + bytes / 32 + 32
    }

    /// All bytes, unless some are lost.
    pub(super) fn complete(self) -> Option<Vec<u8>> {
        (!self.is_full).then_some(self.bytes)
    }
}

impl Sink for Limited {
    #[inline(always)]
    fn word(&mut self, word: u32) {
        // Four bytes, and a 0 behind each.
        if self.bytes.room() < 8 {
            self.is_full = true;
        } else {
            self.bytes.word(word);
        }
    }

    #[cold]
    fn bytes(&mut self, bytes: &[u8]) {
        if self.bytes.room() < 2 * bytes.len() {
            self.is_full = true;
        } else {
            Sink::bytes(&mut self.bytes, bytes);
        }
    }

    fn room(&self) -> usize {
        self.bytes.room()
    }
}

/// Counts bytes instead of writing them.
#[derive(Debug, Default)]
pub(super) struct Counter {
    pub(super) bytes: usize,
}

impl Sink for Counter {
    #[inline(always)]
    fn word(&mut self, word: u32) {
        if stuffing(word) == 0 {
            self.bytes += 4;
        } else {
            Sink::bytes(self, &word.to_be_bytes());
        }
    }

    #[cold]
    fn bytes(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() + bytes.iter().filter(|&&byte| byte == 0xFF).count();
    }

    fn room(&self) -> usize {
        usize::MAX
    }
}

/// Not 0 if any byte of the word is FF.
#[inline(always)]
fn stuffing(word: u32) -> u32 {
    (!word).wrapping_sub(0x0101_0101) & word & 0x8080_8080
}
