//! An origin's body on its way into memory: never beyond the cap, and never more memory than was reserved for it.

use std::io::{self, Read};

use bytes::Bytes;
use edgepix_core::Error;

use crate::seams::FetchError;
use crate::service::budget::Reservation;

/// The memory that is taken first for a body whose length is not known.
const FIRST: u64 = 64 << 10;

/// Collects the pieces of a body, whichever way a platform hands them out.
///
/// Where the length was announced, its memory is taken at once: a vector that grows holds its old and its new self at the
/// same time, and WebAssembly's memory never shrinks again. Where it was not, memory is reserved and taken as the body grows,
/// so that many small bodies of unknown length do not use up the budget.
#[derive(Debug)]
pub struct BodyBuffer {
    bytes: Vec<u8>,
    announced: Option<u64>,
    cap: u64,
    /// Why [`read_from`](Self::read_from) did not read to the end.
    refused: Option<FetchError>,
    memory: Option<Reservation>,
}

impl BodyBuffer {
    /// A buffer for `length` bytes, no more and no less, which are part of no budget.
    pub fn of_length(length: u64) -> Self {
        Self { bytes: Vec::new(), announced: Some(length), cap: length, refused: None, memory: None }
    }

    /// A buffer for `length` bytes, which are reserved here.
    pub(crate) fn announced(length: u64, memory: &Reservation) -> Result<Self, Error> {
        memory.resize(length)?;
        Ok(Self { memory: Some(memory.clone()), ..Self::of_length(length) })
    }

    /// A buffer for at most `cap` bytes, which are reserved as they come.
    pub(crate) fn growing(cap: u64, memory: &Reservation) -> Self {
        Self { announced: None, memory: Some(memory.clone()), ..Self::of_length(cap) }
    }

    /// Adds a piece.
    ///
    /// # Errors
    ///
    /// [`FetchError::TooLarge`] where it goes beyond the cap: the rest is to be abandoned, not read.
    /// [`FetchError::Memory`] where there is no memory for it.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), FetchError> {
        self.make_room(self.bytes.len() as u64 + piece.len() as u64)?;
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// Adds all that a reader gives, without a buffer between. Where that is beyond the cap, or there is no memory for it,
    /// [`finish`](Self::finish) is an error.
    ///
    /// # Errors
    ///
    /// The reader's own.
    pub fn read_from(&mut self, mut reader: impl Read) -> io::Result<()> {
        loop {
            let room = (self.bytes.capacity() as u64).min(self.cap) - self.bytes.len() as u64;
            if room > 0 {
                // No more than there is room for: the vector must not grow by itself.
                let read = reader.by_ref().take(room).read_to_end(&mut self.bytes)?;
                if (read as u64) < room {
                    return Ok(());
                }
            } else {
                // One byte more shows whether the body is longer.
                let mut next = Vec::with_capacity(1);
                if reader.by_ref().take(1).read_to_end(&mut next)? == 0 {
                    return Ok(());
                }
                if let Err(refused) = self.push(&next) {
                    self.refused = Some(refused);
                    return Ok(());
                }
            }
        }
    }

    /// The body.
    ///
    /// # Errors
    ///
    /// [`FetchError::TooLarge`] where a reader gave more than the cap, [`FetchError::Memory`] where there is no memory,
    /// [`FetchError::Interrupted`] where more was announced.
    pub fn finish(mut self) -> Result<Bytes, FetchError> {
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let (length, held) = (self.bytes.len() as u64, self.bytes.capacity() as u64);
        // Some hosts take the end of a connection for the end of the body (RFC 9112 §8: it is incomplete).
        if self.announced.is_some_and(|announced| length < announced) {
            return Err(FetchError::Interrupted);
        }
        if held > length {
            // Both may be held while the bytes are moved.
            self.reserve(held.saturating_add(length))?;
            self.bytes.shrink_to_fit();
            self.reserve(length)?;
        }
        Ok(self.bytes.into())
    }

    /// Makes room for `length` bytes in all.
    fn make_room(&mut self, length: u64) -> Result<(), FetchError> {
        if length > self.cap {
            return Err(FetchError::TooLarge);
        }
        let held = self.bytes.capacity() as u64;
        if length <= held {
            return Ok(());
        }
        let first = self.announced.unwrap_or(FIRST);
        let larger = first.max(held.saturating_mul(2)).max(length).min(self.cap);
        // Both are held while the bytes are moved.
        self.reserve(held.saturating_add(larger))?;
        let more = usize::try_from(larger).ok().and_then(|larger| larger.checked_sub(self.bytes.len()));
        more.filter(|more| self.bytes.try_reserve_exact(*more).is_ok()).ok_or(FetchError::Memory)?;
        self.reserve(larger)
    }

    fn reserve(&self, bytes: u64) -> Result<(), FetchError> {
        self.memory.as_ref().map_or(Ok(()), |memory| memory.resize(bytes)).map_err(|_| FetchError::Memory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::budget::Budget;

    fn reservation(budget: &Budget) -> Reservation {
        budget.reserve(0).unwrap()
    }

    #[test]
    fn an_announced_body_is_reserved_and_taken_once() {
        let budget = Budget::new(150, 150);
        let memory = reservation(&budget);
        let mut body = BodyBuffer::announced(100, &memory).unwrap();
        assert_eq!(budget.taken(), 100);
        body.read_from(&[1; 100][..]).unwrap();
        assert_eq!(body.bytes.capacity(), 100);
        assert_eq!((body.finish().unwrap().len(), budget.taken()), (100, 100));
        assert!(BodyBuffer::announced(151, &memory).is_err());

        let mut short = BodyBuffer::of_length(3);
        short.push(b"ab").unwrap();
        assert_eq!(short.finish(), Err(FetchError::Interrupted));
    }

    #[test]
    fn a_body_of_unknown_length_is_reserved_as_it_grows() {
        let budget = Budget::new(4 * FIRST, 4 * FIRST);
        let small: Vec<_> = (0..3)
            .map(|_| {
                let memory = reservation(&budget);
                let mut body = BodyBuffer::growing(32 << 20, &memory);
                body.push(b"small").unwrap();
                body.finish().unwrap();
                memory
            })
            .collect();
        assert_eq!(budget.taken(), 15);
        drop(small);

        // Twice the first memory, and the first beside it while it is moved; then there is not enough for the next step.
        let piece = vec![7; FIRST as usize];
        let memory = reservation(&budget);
        let mut body = BodyBuffer::growing(32 << 20, &memory);
        body.push(&piece).unwrap();
        body.push(&piece).unwrap();
        assert_eq!(budget.taken(), 2 * FIRST);
        assert_eq!(body.push(b"x"), Err(FetchError::Memory));
        let mut read = BodyBuffer::growing(32 << 20, &memory);
        read.read_from(io::repeat(0)).unwrap();
        assert_eq!(read.finish(), Err(FetchError::Memory));
        drop(memory);
        assert_eq!(budget.taken(), 2 * FIRST, "the first body is still held");
        drop(body);
        assert_eq!(budget.taken(), 0);
    }

    #[test]
    fn pieces_and_readers_end_at_the_cap() {
        let budget = Budget::new(u64::MAX, u64::MAX);
        let memory = reservation(&budget);
        let growing = |cap| BodyBuffer::growing(cap, &memory);
        let mut pieces = growing(4);
        pieces.push(b"ab").unwrap();
        pieces.push(b"cd").unwrap();
        assert_eq!(pieces.push(b"e"), Err(FetchError::TooLarge));
        assert_eq!(pieces.finish().unwrap(), "abcd");

        let mut endless = growing(4);
        endless.read_from(io::repeat(0)).unwrap();
        assert_eq!(endless.bytes.len(), 4);
        assert_eq!(endless.finish(), Err(FetchError::TooLarge));
        for length in [0, 1, FIRST - 1, FIRST, FIRST + 1, 5 * FIRST] {
            memory.resize(0).unwrap();
            let mut whole = growing(5 * FIRST);
            whole.read_from(io::repeat(9).take(length)).unwrap();
            assert_eq!((whole.finish().unwrap().len() as u64, budget.taken()), (length, length));
        }
    }
}
