//! LZW as GIF has it: codes of up to 12 bits, the least significant first (GIF89a specification, appendix F), in blocks of
//! up to 255 bytes. It takes [`MEMORY`] and the result, whatever the content, as a plan has to tell beforehand.

/// Bytes of the dictionary.
pub(super) const MEMORY: u64 = 4 << SLOT_BITS;

/// Codes end here.
const CODES: u16 = 4096;

/// When the dictionary starts anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    /// When all codes are taken.
    WhenFull,
    /// When it no longer fits what comes, or when all codes are taken, whichever makes the shorter file.
    WhenWorse,
}

/// Codes after which is looked whether a full dictionary still fits.
const WINDOW: u32 = 512;

/// A file that consists of `head`, the image data of indices into a palette below `1 << code_size`, and `tail`.
pub(super) fn compress(
    head: Vec<u8>,
    indices: &[u8],
    code_size: u8,
    restart: Restart,
    tail: &[u8],
) -> Vec<u8> {
    let mut dictionary = Dictionary::new();
    // All is coded once more than it is written, so that nothing grows: of the time that a GIF takes, a tenth.
    let mut count = |restart| {
        let mut bits = 0;
        codes(indices, code_size, restart, &mut dictionary, &mut |_, size| bits += u64::from(size));
        bits
    };
    let full = count(Restart::WhenFull);
    let worse = if restart == Restart::WhenWorse { count(restart) } else { full };
    let restart = if worse < full { restart } else { Restart::WhenFull };
    let bits = u64::min(worse, full);
    let bytes = bits.div_ceil(8) as usize;
    let mut file = Vec::with_capacity(head.len() + 2 + bytes + bytes.div_ceil(255) + tail.len());
    file.extend(head);
    file.push(code_size);
    let mut blocks = Blocks { file, length: 0 };
    let (mut waiting, mut count) = (0u32, 0);
    codes(indices, code_size, restart, &mut dictionary, &mut |code, size| {
        waiting |= u32::from(code) << count;
        count += size;
        while count >= 8 {
            blocks.push(waiting as u8);
            waiting >>= 8;
            count -= 8;
        }
    });
    if count > 0 {
        blocks.push(waiting as u8);
    }
    let mut file = blocks.file;
    file.push(0);
    file.extend(tail);
    file
}

/// Cuts data into blocks, each behind its length.
struct Blocks {
    file: Vec<u8>,
    /// Of the block at the end.
    length: u8,
}

impl Blocks {
    fn push(&mut self, byte: u8) {
        if self.length == 0 {
            self.file.push(0);
        }
        self.file.push(byte);
        self.length += 1;
        let start = self.file.len() - 1 - usize::from(self.length);
        self.file[start] = self.length;
        self.length %= 255;
    }
}

/// Hands out all codes and the number of their bits.
fn codes(
    indices: &[u8],
    code_size: u8,
    restart: Restart,
    dictionary: &mut Dictionary,
    put: &mut dyn FnMut(u16, u8),
) {
    let clear = 1 << code_size;
    let (mut size, mut next) = (code_size + 1, clear + 2);
    let mut fit = Fit::default();
    dictionary.clear();
    put(clear, size);
    if let [first, rest @ ..] = indices {
        let mut string = u16::from(*first);
        for (at, &index) in rest.iter().enumerate() {
            let place = match dictionary.find(string, index) {
                Ok(longer) => {
                    string = longer;
                    continue;
                }
                Err(place) => place,
            };
            put(string, size);
            if next < CODES {
                dictionary.insert(place, string, index, next);
                // A decoder is one behind.
                if next == 1 << size {
                    size += 1;
                }
                next += 1;
            } else if restart == Restart::WhenFull || fit.is_worse(at) {
                put(clear, size);
                dictionary.clear();
                (size, next) = (code_size + 1, clear + 2);
                fit = Fit::default();
            }
            string = u16::from(index);
        }
        put(string, size);
        if next == 1 << size && next < CODES {
            size += 1;
        }
    }
    put(clear + 1, size);
}

/// How well a full dictionary fits what comes.
#[derive(Default)]
struct Fit {
    /// Codes since the window began, and where in the indices it did.
    codes: u32,
    start: usize,
    /// The most indices that a window of codes stood for.
    best: usize,
}

impl Fit {
    /// Hears of a code; whether the dictionary became worse than it was.
    fn is_worse(&mut self, at: usize) -> bool {
        if self.codes == 0 {
            self.start = at;
        }
        self.codes += 1;
        if self.codes <= WINDOW {
            return false;
        }
        let indices = at - self.start;
        self.codes = 0;
        self.best = self.best.max(indices);
        indices < self.best - self.best / 8
    }
}

/// Strings by the string they begin with and their last index: a hash table with open addressing.
struct Dictionary {
    /// 12 bits of the string before, 8 of the index, 12 of the string itself.
    slots: Box<[u32]>,
}

const SLOT_BITS: u32 = 13;
/// No string begins with the last one there can be.
const EMPTY: u32 = u32::MAX;

impl Dictionary {
    fn new() -> Self {
        Self { slots: vec![EMPTY; 1 << SLOT_BITS].into() }
    }

    fn clear(&mut self) {
        self.slots.fill(EMPTY);
    }

    /// The string, or else the slot where it belongs.
    #[inline]
    fn find(&self, before: u16, index: u8) -> Result<u16, usize> {
        let key = key(before, index);
        let mut place = (key.wrapping_mul(0x9E37_79B1) >> (32 - SLOT_BITS)) as usize;
        loop {
            match self.slots[place] {
                EMPTY => return Err(place),
                slot if slot >> 12 == key => return Ok((slot & 0xFFF) as u16),
                _ => place = (place + 1) % (1 << SLOT_BITS),
            }
        }
    }

    fn insert(&mut self, place: usize, before: u16, index: u8, string: u16) {
        self.slots[place] = key(before, index) << 12 | u32::from(string);
    }
}

fn key(before: u16, index: u8) -> u32 {
    u32::from(before) << 8 | u32::from(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fastrand::Rng;
    use gif::DecodeOptions;

    #[test]
    fn indices_come_back() {
        let mut random = Rng::with_seed(1);
        let mut noise = |length: usize, colours: u16| -> Vec<u8> {
            (0..length).map(|_| random.u16(..colours) as u8).collect()
        };
        // Every length up to where codes have become longer several times.
        for length in 1..1500 {
            check(&noise(length, 2));
            check(&noise(length, 5));
            check(&noise(length, 256));
        }
        // The dictionary starts anew.
        for colours in [2, 3, 16, 17, 200, 256] {
            for length in [3837, 3838, 3839, 3840, 60_000] {
                check(&noise(length, colours));
            }
        }
        for runs in [1, 7, 1000] {
            check(&(0..60_000).map(|i| (i / runs) as u8).collect::<Vec<_>>());
        }
        check(&[0; 65_000]);
    }

    fn check(indices: &[u8]) {
        let width = (indices.len() as u16).to_le_bytes();
        let most = indices.iter().max().copied().unwrap_or(0);
        let code_size = u8::max(most.checked_ilog2().unwrap_or(0) as u8 + 1, 2);
        let size = [width[0], width[1], 1, 0];
        let screen = [&b"GIF89a"[..], &size, &[0xf7, 0, 0], &[0; 768]].concat();
        let head = [&screen[..], &[0x2c, 0, 0, 0, 0], &size, &[0]].concat();
        for restart in [Restart::WhenFull, Restart::WhenWorse] {
            let file = compress(head.clone(), indices, code_size, restart, &[0x3b]);
            assert_eq!(file.capacity(), file.len());
            read_back(&file, indices);
        }
    }

    fn read_back(file: &[u8], indices: &[u8]) {
        let mut options = DecodeOptions::new();
        options.check_lzw_end_code(true);
        let mut decoder = options.read_info(file).unwrap();
        let frame = decoder.read_next_frame().unwrap().expect("a frame");
        assert!(frame.buffer == indices, "{} indices", indices.len());
    }
}
