//! The bit writer: least significant bit first (RFC 9649, section 3.2).

/// Writes bits to a `Vec`. It grows only where its capacity was not known beforehand.
#[derive(Clone, Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// Bits not yet in `bytes`, the next one lowest. Fewer than 32 between calls.
    pending: u64,
    count: u32,
}

impl BitWriter {
    /// With room for so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        BitWriter { bytes: Vec::with_capacity(bytes), ..BitWriter::default() }
    }

    /// Writes the lowest `count` bits (at most 32) of `bits`. Those above must be 0.
    #[inline(always)]
    pub(crate) fn put(&mut self, bits: u32, count: u32) {
        debug_assert!(count <= 32 && u64::from(bits) >> count == 0);
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            self.bytes.extend_from_slice(&(self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    /// The same for what is written seldom, with less code.
    #[inline(never)]
    pub(crate) fn put_seldom(&mut self, bits: u32, count: u32) {
        self.put(bits, count);
    }

    /// Bits written so far.
    pub(crate) fn bits(&self) -> u64 {
        self.bytes.len() as u64 * 8 + u64::from(self.count)
    }

    /// Moves to a `Vec` with capacity for `more` further bits, so that it never grows again.
    pub(crate) fn with_room(self, more: u64) -> Self {
        let size = (self.bits() + more).div_ceil(8);
        let mut bytes = Vec::with_capacity(size as usize);
        bytes.extend_from_slice(&self.bytes);
        BitWriter { bytes, ..self }
    }

    /// Fills the last byte with zeros.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let rest = self.pending.to_le_bytes();
        self.bytes.extend_from_slice(&rest[..self.count.div_ceil(8) as usize]);
        self.bytes
    }
}
