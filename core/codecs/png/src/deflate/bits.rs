//! Bits, the lowest of a byte first (RFC 1951 section 3.1.1).

use crate::encode::File;

#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bits: u64,
    count: u32,
}

impl BitWriter {
    /// Adds bits to those that wait, without making room: at most 56 in all until the next [`flush`](Self::flush).
    #[inline]
    pub(super) fn add(&mut self, bits: u32, count: u32) {
        self.bits |= u64::from(bits) << self.count;
        self.count += count;
    }

    /// Writes whole bytes; at most 7 bits wait then.
    #[inline]
    pub(super) fn flush(&mut self, file: &mut File) {
        file.push_part(self.bits.to_le_bytes(), self.count as usize / 8);
        self.bits >>= self.count & !7;
        self.count &= 7;
    }

    /// Writes at most 32 bits.
    pub(super) fn write(&mut self, bits: u32, count: u32, file: &mut File) {
        self.add(bits, count);
        self.flush(file);
    }

    /// Fills the last byte up.
    pub(super) fn align(&mut self, file: &mut File) {
        self.count = self.count.next_multiple_of(8);
        self.flush(file);
    }
}
