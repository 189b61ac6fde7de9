//! An origin's body on its way into memory: one allocation, never beyond the cap.

use std::io::{self, Read};

use bytes::Bytes;

use crate::seams::FetchError;

/// Collects the pieces of a body, whichever way a platform hands them out.
///
/// All memory is taken at once: the announced length, or the cap where none was announced. A vector that grows holds
/// its old and its new self at the same time, which costs a body of 20 MB up to 64 MiB, and WebAssembly's memory never
/// shrinks again.
#[derive(Debug)]
pub struct BodyBuffer {
    bytes: Vec<u8>,
    cap: u64,
}

impl BodyBuffer {
    /// Takes the memory for a body of `hint` bytes, if that was announced, and at most `cap`.
    ///
    /// # Errors
    ///
    /// [`FetchError::TooLarge`] where more than `cap` bytes are announced, [`FetchError::Memory`] where there is no
    /// memory.
    pub fn new(hint: Option<u64>, cap: u64) -> Result<Self, FetchError> {
        let length = hint.unwrap_or(cap);
        if length > cap {
            return Err(FetchError::TooLarge);
        }
        let mut bytes = Vec::new();
        let reserved = usize::try_from(length).is_ok_and(|length| bytes.try_reserve_exact(length).is_ok());
        if reserved { Ok(Self { bytes, cap }) } else { Err(FetchError::Memory) }
    }

    /// Adds a piece.
    ///
    /// # Errors
    ///
    /// [`FetchError::TooLarge`] where it goes beyond the cap: the rest is to be abandoned, not read.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        if (self.bytes.len() + piece.len()) as u64 > self.cap {
            return Err(FetchError::TooLarge);
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// Adds all that a reader gives, without a buffer between; where that is beyond the cap,
    /// [`finish`](Self::finish) is an error.
    ///
    /// # Errors
    ///
    /// The reader's own.
    pub fn read_from(&mut self, reader: impl Read) -> io::Result<()> {
        // One byte more than allowed shows that the body is longer.
        let left = self.cap.saturating_sub(self.bytes.len() as u64).saturating_add(1);
        reader.take(left).read_to_end(&mut self.bytes).map(|_| ())
    }

    /// The body.
    ///
    /// # Errors
    ///
    /// [`FetchError::TooLarge`] where a reader gave more than the cap.
    pub fn finish(mut self) -> Result<Bytes, FetchError> {
        if self.bytes.len() as u64 > self.cap {
            return Err(FetchError::TooLarge);
        }
        self.bytes.shrink_to_fit();
        Ok(self.bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_taken_once() {
        assert_eq!(BodyBuffer::new(Some(100), 200).unwrap().bytes.capacity(), 100);
        assert_eq!(BodyBuffer::new(None, 200).unwrap().bytes.capacity(), 200);
        assert_eq!(BodyBuffer::new(Some(201), 200).unwrap_err(), FetchError::TooLarge);
        let mut read = BodyBuffer::new(Some(100), 200).unwrap();
        read.read_from(&[1; 100][..]).unwrap();
        assert_eq!(read.bytes.capacity(), 100);
    }

    #[test]
    fn pieces_and_readers_end_at_the_cap() {
        let mut pieces = BodyBuffer::new(None, 4).unwrap();
        pieces.push(b"ab").unwrap();
        pieces.push(b"cd").unwrap();
        assert_eq!(pieces.push(b"e"), Err(FetchError::TooLarge));
        assert_eq!(pieces.finish().unwrap(), "abcd");

        let mut exact = BodyBuffer::new(Some(2), 4).unwrap();
        exact.read_from(&b"abcd"[..]).unwrap();
        assert_eq!(exact.finish().unwrap(), "abcd");
        let mut endless = BodyBuffer::new(None, 4).unwrap();
        endless.read_from(io::repeat(0)).unwrap();
        assert_eq!(endless.bytes.len(), 5);
        assert_eq!(endless.finish(), Err(FetchError::TooLarge));
    }
}
