//! Writes a still again without loss: its codes are taken apart, looked through, and written anew.
//!
//! Whoever wrote the file may have cleared the dictionary at better times than our own encoder does, so that its codes are
//! kept. What else a GIF may hold is left out: comments, applications' data, a palette that is not used.

use super::blocks::{SCREEN, colour_table};

/// What an image of the file needs to be shown.
struct Still<'a> {
    /// Left, top, width and height, as they are stored.
    area: &'a [u8; 8],
    interlaced: bool,
    palette: &'a [u8],
    transparent: Option<u8>,
    code_size: u8,
    /// The chain of sub-blocks with the codes.
    data: &'a [u8],
}

/// Heap bytes beside the file: lengths of strings.
pub(super) const OWN_BYTES: u64 = (CODES * size_of::<u16>()) as u64;

/// Bytes of room that a file does not use up.
pub(super) const SPARE: usize = 16;

/// Codes end here.
const CODES: usize = 4096;
/// Bytes around the palette and the codes.
const AROUND: usize = SCREEN + 8 + 10 + 1 + 2;

/// The file in at most `most` bytes. `None` where it takes more, or not all of the picture is there.
pub(super) fn recode(file: &[u8], most: usize) -> Option<Vec<u8>> {
    let still = Still::find(file)?;
    let size = still.palette.len() / 3;
    if !size.is_power_of_two() || size < 2 || AROUND + still.palette.len() > most {
        return None;
    }
    let mut out = Vec::with_capacity(most);
    out.extend_from_slice(b"GIF89a");
    out.extend_from_slice(file.get(6..10)?);
    out.extend([0xF0 | (size.ilog2() - 1) as u8, 0, 0]);
    out.extend_from_slice(still.palette);
    if let Some(index) = still.transparent {
        out.extend([0x21, 0xF9, 4, 1, 0, 0, index, 0]);
    }
    out.push(0x2C);
    out.extend_from_slice(still.area);
    out.extend([u8::from(still.interlaced) << 6, still.code_size]);
    let mut blocks = Blocks::new(out, most.checked_sub(2)?);
    codes(&still, &mut |code, size| blocks.put(code, size))?;
    let mut out = blocks.finish()?;
    out.extend([0, 0x3B]);
    Some(out)
}

impl<'a> Still<'a> {
    /// The first image, with what was said about it before.
    fn find(file: &'a [u8]) -> Option<Self> {
        let flags = *file.get(10)?;
        let (global, mut rest) = file.get(SCREEN..)?.split_at_checked(colour_table(flags))?;
        let mut transparent = None;
        loop {
            let (&kind, after) = rest.split_first()?;
            match (kind, after) {
                (0x21, [label, after @ ..]) => {
                    if let (0xF9, [_, flags, _, _, index, ..]) = (*label, after) {
                        transparent = (flags & 1 == 1).then_some(*index);
                    }
                    rest = sub_blocks(after)?.1;
                }
                (0x2C, after) => {
                    let (&[ref area @ .., flags], after) = after.split_first_chunk::<9>()?;
                    let (local, after) = after.split_at_checked(colour_table(flags))?;
                    let (&code_size, after) = after.split_first()?;
                    return Some(Still {
                        area,
                        interlaced: flags & 0x40 != 0,
                        palette: if local.is_empty() { global } else { local },
                        transparent,
                        code_size,
                        data: sub_blocks(after)?.0,
                    });
                }
                _ => return None,
            }
        }
    }

    fn pixels(&self) -> usize {
        let &[_, _, _, _, w0, w1, h0, h1] = self.area;
        usize::from(u16::from_le_bytes([w0, w1])) * usize::from(u16::from_le_bytes([h0, h1]))
    }
}

/// A chain of sub-blocks that ends, and what follows it.
fn sub_blocks(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut end = 0;
    loop {
        let length = usize::from(*bytes.get(end)?);
        end += 1 + length;
        if length == 0 {
            return bytes.split_at_checked(end);
        }
    }
}

/// Hands out all codes up to that of the end, with the number of their bits (GIF89a specification, appendix F). `None` where
/// they do not give all pixels and no more.
fn codes(still: &Still<'_>, put: &mut dyn FnMut(u16, u32)) -> Option<()> {
    if !(2..=8).contains(&still.code_size) {
        return None;
    }
    let mut blocks = still.data;
    let mut bytes = std::iter::from_fn(|| {
        let (&length, rest) = blocks.split_first()?;
        let (block, rest) = rest.split_at_checked(length.into()).filter(|_| length > 0)?;
        blocks = rest;
        Some(block)
    })
    .flatten();
    let clear = 1u16 << still.code_size;
    let first_size = u32::from(still.code_size) + 1;
    // How many indices the string of a code has.
    let mut lengths = vec![1u16; CODES];
    let (mut size, mut next, mut before) = (first_size, clear + 2, None);
    let (mut waiting, mut count) = (0u32, 0);
    let mut left = still.pixels();
    loop {
        while count < size {
            let Some(byte) = bytes.next() else {
                // Some files have no code of the end.
                put(clear + 1, size);
                return (left == 0).then_some(());
            };
            waiting |= u32::from(*byte) << count;
            count += 8;
        }
        let code = (waiting & ((1 << size) - 1)) as u16;
        waiting >>= size;
        count -= size;
        put(code, size);
        if code == clear + 1 {
            return (left == 0).then_some(());
        }
        if code == clear {
            (size, next, before) = (first_size, clear + 2, None);
            continue;
        }
        // A string may be the one that begins here.
        let begins = before.filter(|_| usize::from(next) < CODES);
        if let Some(before) = begins {
            lengths[usize::from(next)] = lengths[usize::from(before)].saturating_add(1);
            next += 1;
        }
        if code >= next {
            return None;
        }
        left = left.checked_sub(lengths[usize::from(code)].into())?;
        if u32::from(next) == 1 << size && size < 12 {
            size += 1;
        }
        before = Some(code);
    }
}

/// Writes codes in sub-blocks of 255 bytes.
struct Blocks {
    out: Vec<u8>,
    most: usize,
    /// Where the length of the last block stands.
    length_at: usize,
    waiting: u32,
    count: u32,
    /// Whether something did not fit.
    is_full: bool,
}

impl Blocks {
    fn new(mut out: Vec<u8>, most: usize) -> Self {
        let length_at = out.len();
        out.push(0);
        Blocks { out, most, length_at, waiting: 0, count: 0, is_full: false }
    }

    fn put(&mut self, code: u16, size: u32) {
        self.waiting |= u32::from(code) << self.count;
        self.count += size;
        while self.count >= 8 {
            self.byte();
        }
    }

    fn byte(&mut self) {
        let byte = self.waiting as u8;
        self.waiting >>= 8;
        self.count = self.count.saturating_sub(8);
        // With it, the length of a block.
        if self.is_full || self.out.len() + 2 > self.most {
            self.is_full = true;
            return;
        }
        if self.out[self.length_at] == 255 {
            self.length_at = self.out.len();
            self.out.push(0);
        }
        self.out[self.length_at] += 1;
        self.out.push(byte);
    }

    fn finish(mut self) -> Option<Vec<u8>> {
        if self.count > 0 {
            self.byte();
        }
        (!self.is_full).then_some(self.out)
    }
}
