//! The zlib stream that pixel data is (PNG section 10), inflated piece by piece.

use fdeflate::Decompressor;

use crate::chunks::PixelData;
use crate::error::Error;

/// Bytes that a stream may repeat from (RFC 1950: 32 KiB).
const HISTORY: usize = 32 << 10;
/// Bytes that are inflated before the history is moved to the front.
const STEP: usize = 32 << 10;

/// Reads a stream as it was before it was compressed.
pub(super) struct Inflate<'a> {
    data: PixelData<'a>,
    /// What is left of the chunk that is being read.
    input: &'a [u8],
    inflater: Decompressor,
    /// What was inflated last, with room behind it.
    window: Vec<u8>,
    /// How much of the window is filled, and how much of that was read.
    filled: usize,
    read: usize,
}

impl std::fmt::Debug for Inflate<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflate")
            .field("filled", &self.filled)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

/// Peak bytes of heap that inflating so many bytes takes.
pub(super) fn memory(bytes: u64) -> u64 {
    window(bytes) as u64 + TABLES
}

/// Prefix codes of the inflater.
const TABLES: u64 = 24 << 10;

fn window(bytes: u64) -> usize {
    // A few more bytes keep the inflater on its fast path to the end.
    bytes.saturating_add(64).min((HISTORY + STEP) as u64) as usize
}

impl<'a> Inflate<'a> {
    /// For a stream that is expected to inflate to `bytes`.
    pub(super) fn new(data: PixelData<'a>, bytes: u64) -> Self {
        let mut inflate = Self::checked(data, bytes);
        inflate.inflater.ignore_adler32();
        inflate
    }

    /// The same, which is damaged where the checksum is wrong.
    pub(super) fn checked(data: PixelData<'a>, bytes: u64) -> Self {
        let inflater = Decompressor::new();
        Self { data, input: &[], inflater, window: vec![0; window(bytes)], filled: 0, read: 0 }
    }

    /// Whether the stream ends here, and is right.
    pub(super) fn is_at_end(&mut self) -> bool {
        // There is nothing to read before an end, but its checksum.
        self.read == self.filled && self.inflate() == Err(Error::Truncated) && self.inflater.is_done()
    }

    /// Fills `into`.
    pub(super) fn read(&mut self, mut into: &mut [u8]) -> Result<(), Error> {
        loop {
            let ready = &self.window[self.read..self.filled];
            let count = ready.len().min(into.len());
            let (now, later) = into.split_at_mut(count);
            now.copy_from_slice(&ready[..count]);
            self.read += count;
            if later.is_empty() {
                return Ok(());
            }
            into = later;
            self.inflate()?;
        }
    }

    /// Inflates some more, at least a byte. All that was inflated before has been read.
    fn inflate(&mut self) -> Result<(), Error> {
        if self.filled == self.window.len() {
            let kept = HISTORY.min(self.filled);
            self.window.copy_within(self.filled - kept.., 0);
            (self.filled, self.read) = (kept, kept);
            // A stream that is longer than was expected has nothing to say.
            if self.filled == self.window.len() {
                return Err(Error::Truncated);
            }
        }
        loop {
            if self.input.is_empty() {
                self.input = self.data.find(|data| !data.is_empty()).unwrap_or_default();
            }
            let is_end = self.input.is_empty();
            let inflated = self.inflater.read(self.input, &mut self.window, self.filled, false);
            let (consumed, produced) =
                inflated.map_err(|_| Error::Damaged("The PNG's pixels are damaged."))?;
            self.input = &self.input[consumed..];
            self.filled += produced;
            if produced > 0 {
                return Ok(());
            }
            if is_end || consumed == 0 {
                return Err(Error::Truncated);
            }
        }
    }
}
