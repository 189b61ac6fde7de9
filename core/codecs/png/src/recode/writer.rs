//! Writes bits and chunks.

/// Writes bits behind the bytes of a file, the first bit lowest.
#[derive(Debug)]
pub(super) struct BitWriter {
    out: Vec<u8>,
    bits: u64,
    /// How many of `bits` are not written yet: below 8 between calls.
    count: u32,
}

impl BitWriter {
    pub(super) fn new(out: Vec<u8>) -> Self {
        BitWriter { out, bits: 0, count: 0 }
    }

    /// At most 16 bits.
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.bits |= u64::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.bits as u8);
            self.bits >>= 8;
            self.count -= 8;
        }
    }

    /// Moves on to where a byte begins.
    pub(super) fn align(&mut self) {
        self.put(0, (8 - self.count) % 8);
    }

    /// Bytes of the file so far.
    pub(super) fn len(&self) -> usize {
        self.out.len() + 1
    }

    /// Bits of a block of so many bytes that are stored as they are.
    pub(super) fn stored_bits(&self, bytes: u32) -> u64 {
        let aligned = (self.count + 3).next_multiple_of(8) - self.count;
        u64::from(aligned) + 32 + 8 * u64::from(bytes)
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.align();
        self.out
    }
}

/// Writes a chunk (PNG section 5.3).
pub(super) fn chunk(kind: [u8; 4], parts: &[&[u8]], out: &mut Vec<u8>) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.extend_from_slice(&(length as u32).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(&kind);
    parts.iter().for_each(|part| out.extend_from_slice(part));
    let sum = crc(&out[start..]);
    out.extend_from_slice(&sum.to_be_bytes());
}

/// For four bits, what they do to a checksum (PNG section 5.5).
static CRC: [u32; 16] = {
    let mut table = [0; 16];
    let mut i = 0;
    while i < 16 {
        let mut sum = i as u32;
        let mut bit = 0;
        while bit < 4 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[i] = sum;
        i += 1;
    }
    table
};

/// The checksum of a chunk's type and data.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32| sum >> 4 ^ CRC[(sum & 15) as usize];
    !bytes.iter().fold(!0, |sum, &byte| step(step(sum ^ u32::from(byte))))
}
