//! Reads the bits of a stream that chunks hold.

use crate::chunks::PixelData;

/// A place in the stream, from which reading can begin again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    data: PixelData<'a>,
    /// What is left of the chunk.
    input: &'a [u8],
    bits: u64,
    /// How many of `bits` are there: the lowest come next.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: PixelData<'a>) -> Self {
        Bits { data, input: &[], bits: 0, count: 0 }
    }

    /// The next bits, at most 16: the first is the lowest. `None` where the stream ends before.
    pub(super) fn take(&mut self, count: u32) -> Option<u32> {
        while self.count < count {
            let (&byte, rest) = match self.input.split_first() {
                Some(split) => split,
                None => {
                    self.input = self.data.find(|data| !data.is_empty())?;
                    continue;
                }
            };
            self.input = rest;
            self.bits |= u64::from(byte) << self.count;
            self.count += 8;
        }
        let taken = self.bits & ((1 << count) - 1);
        self.bits >>= count;
        self.count -= count;
        Some(taken as u32)
    }

    /// Moves on to where a byte begins.
    pub(super) fn align(&mut self) {
        self.bits >>= self.count % 8;
        self.count -= self.count % 8;
    }
}
