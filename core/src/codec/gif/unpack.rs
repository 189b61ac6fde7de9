//! The other direction of LZW: the indices of a frame, as many at a time as are asked for.

/// Codes end here.
const CODES: usize = 4096;

/// Heap bytes of an [`Unpacker`].
pub(super) const MEMORY: u64 = (CODES * (2 + 1 + 1 + 2 + 1)) as u64;

/// Reads the sub-blocks of a frame. Whatever stands in them: it ends, and takes [`MEMORY`].
pub(super) struct Unpacker<'a> {
    /// What follows the current sub-block.
    blocks: &'a [u8],
    block: &'a [u8],
    waiting: u32,
    count: u32,
    /// Bits of an index.
    index_size: u32,
    /// Bits of the next code, and the number that the next string gets.
    size: u32,
    next: usize,
    before: Option<usize>,
    /// Of each string: all but its last index, that one, the first one, and its length.
    prefix: Vec<u16>,
    last: Vec<u8>,
    first: Vec<u8>,
    length: Vec<u16>,
    /// The string of a code that did not fit where it was to go, from `taken` on.
    string: Vec<u8>,
    taken: usize,
    has_ended: bool,
}

impl<'a> Unpacker<'a> {
    /// `data`: the bits of an index, and the sub-blocks behind that. There is nothing in it where these are no bits of a GIF.
    pub(super) fn new(data: &'a [u8]) -> Self {
        let (&index_size, blocks) = data.split_first().unwrap_or((&0, &[]));
        let is_readable = (1..=8).contains(&index_size);
        let mut unpacker = Unpacker {
            blocks,
            block: &[],
            waiting: 0,
            count: 0,
            index_size: if is_readable { index_size.into() } else { 1 },
            size: 0,
            next: 0,
            before: None,
            prefix: vec![0; CODES],
            last: (0..CODES).map(|code| code as u8).collect(),
            first: (0..CODES).map(|code| code as u8).collect(),
            length: vec![1; CODES],
            string: Vec::with_capacity(CODES),
            taken: 0,
            has_ended: !is_readable,
        };
        unpacker.clear();
        unpacker
    }

    /// Fills `out`; whether there was enough for it.
    pub(super) fn read(&mut self, mut out: &mut [u8]) -> bool {
        loop {
            let waiting = &self.string[self.taken..];
            let count = waiting.len().min(out.len());
            out[..count].copy_from_slice(&waiting[..count]);
            self.taken += count;
            out = &mut out[count..];
            if out.is_empty() {
                return true;
            }
            let Some(code) = self.string_code() else { return false };
            let length = usize::from(self.length[code]);
            if length <= out.len() {
                let (string, rest) = out.split_at_mut(length);
                self.spell(code, string);
                out = rest;
                continue;
            }
            let mut string = std::mem::take(&mut self.string);
            string.clear();
            string.resize(length, 0);
            self.spell(code, &mut string);
            (self.string, self.taken) = (string, 0);
        }
    }

    /// Writes the string of a code, from its end.
    fn spell(&self, mut code: usize, string: &mut [u8]) {
        for place in string.iter_mut().rev() {
            *place = self.last[code];
            code = self.prefix[code].into();
        }
    }

    /// The next code that stands for a string, once the table has what it adds. `None` at the end, and where a code has no
    /// meaning.
    fn string_code(&mut self) -> Option<usize> {
        let clear = 1 << self.index_size;
        loop {
            if self.has_ended {
                return None;
            }
            let code = self.code().filter(|code| *code != clear + 1);
            let Some(code) = code else {
                self.has_ended = true;
                return None;
            };
            if code == clear {
                self.clear();
                continue;
            }
            let begins = self.before.filter(|_| self.next < CODES);
            if code > self.next || (code == self.next && begins.is_none()) {
                self.has_ended = true;
                return None;
            }
            if let Some(before) = begins {
                // The index that it ends with is the first of this code's string, which may be the one that begins here.
                self.prefix[self.next] = before as u16;
                self.first[self.next] = self.first[before];
                self.last[self.next] = self.first[code];
                self.length[self.next] = self.length[before] + 1;
                self.next += 1;
                if self.next == 1 << self.size && self.size < 12 {
                    self.size += 1;
                }
            }
            self.before = Some(code);
            return Some(code);
        }
    }

    fn clear(&mut self) {
        (self.size, self.next, self.before) = (self.index_size + 1, (1 << self.index_size) + 2, None);
    }

    fn code(&mut self) -> Option<usize> {
        while self.count < self.size {
            let byte = match self.block.split_first() {
                Some((&byte, rest)) => {
                    self.block = rest;
                    byte
                }
                None => {
                    // A block that is cut short still has what is there.
                    let (&length, rest) = self.blocks.split_first().filter(|(length, _)| **length > 0)?;
                    (self.block, self.blocks) = rest.split_at(rest.len().min(length.into()));
                    if self.block.is_empty() {
                        return None;
                    }
                    continue;
                }
            };
            self.waiting |= u32::from(byte) << self.count;
            self.count += 8;
        }
        let code = self.waiting & ((1 << self.size) - 1);
        self.waiting >>= self.size;
        self.count -= self.size;
        Some(code as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::gif::lzw::{Restart, compress};

    fn unpacked(data: &[u8], count: usize, step: usize) -> Vec<u8> {
        let mut unpacker = Unpacker::new(data);
        let mut out = vec![0; count];
        let complete = out.chunks_exact_mut(step).map_while(|row| unpacker.read(row).then_some(())).count();
        out.truncate(complete * step);
        out
    }

    /// However few indices are asked for at a time: strings of flat areas are longer than rows.
    #[test]
    fn what_was_packed_comes_back() {
        let mut random = fastrand::Rng::with_seed(1);
        for (index_size, noise) in [(2, 0), (3, 5), (8, 50), (8, 100)] {
            let index = |_| if random.u8(..100) < noise { random.u8(..1 << index_size) } else { 0 };
            let indices: Vec<u8> = (0..60_000).map(index).collect();
            let data = compress(Vec::new(), &indices, index_size, Restart::WhenFull, &[]);
            for step in [1, 7, 40, 300, 60_000] {
                assert!(
                    unpacked(&data, 60_000, step) == indices[..60_000 / step * step],
                    "{index_size}, {noise}, {step}"
                );
            }
            // As far as it goes.
            let half = unpacked(&data[..data.len() / 2], 60_000, 1);
            assert!(half.len() > 100 && indices.starts_with(&half), "{index_size}, {noise}");
            assert!(!Unpacker::new(&data).read(&mut vec![0; 60_001]));
        }
    }

    #[test]
    fn what_has_no_meaning_ends_it() {
        for data in [&[][..], &[0], &[9, 1, 0, 0], &[2, 0], &[2, 1, 0x3c, 0], &[2, 5, 0xff], &[2]] {
            assert!(!Unpacker::new(data).read(&mut [0; 8]), "{data:?}");
        }
        assert!(Unpacker::new(&[2]).read(&mut []));
    }
}
