//! LZW as GIF has it: codes of up to 12 bits, the least significant first (GIF89a specification, appendix F). It takes
//! 32 KiB and the result, whatever the content, as a plan has to tell beforehand.

/// Codes end here; when all are taken, the dictionary starts anew.
const CODES: u16 = 4096;

/// Compresses indices into a palette: the code size, and the data that comes after it, not yet cut into blocks.
pub(super) fn compress(indices: &[u8]) -> Vec<u8> {
    let most = indices.iter().max().copied().unwrap_or(0);
    let code_size = u8::max(most.checked_ilog2().unwrap_or(0) as u8 + 1, 2);
    let mut dictionary = Dictionary::new();
    // Twice, so that nothing grows: of the time that a GIF takes, a tenth.
    let mut bits = 0;
    codes(indices, code_size, &mut dictionary, |_, size| bits += u64::from(size));
    let mut data = Vec::with_capacity(1 + bits.div_ceil(8) as usize);
    data.push(code_size);
    let (mut waiting, mut count) = (0u32, 0);
    codes(indices, code_size, &mut dictionary, |code, size| {
        waiting |= u32::from(code) << count;
        count += size;
        while count >= 8 {
            data.push(waiting as u8);
            waiting >>= 8;
            count -= 8;
        }
    });
    if count > 0 {
        data.push(waiting as u8);
    }
    data
}

/// Hands out all codes and the number of their bits.
fn codes(indices: &[u8], code_size: u8, dictionary: &mut Dictionary, mut put: impl FnMut(u16, u8)) {
    let clear = 1 << code_size;
    let (mut size, mut next) = (code_size + 1, clear + 2);
    dictionary.clear();
    put(clear, size);
    if let [first, rest @ ..] = indices {
        let mut string = u16::from(*first);
        for &index in rest {
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
            } else {
                put(clear, size);
                dictionary.clear();
                (size, next) = (code_size + 1, clear + 2);
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
    use gif::{DecodeOptions, Encoder, Frame};
    use std::borrow::Cow;

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
        let data = compress(indices);
        assert_eq!(data.capacity(), data.len());
        let (width, palette) = (indices.len() as u16, [0; 768]);
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, 1, &palette).unwrap();
        let frame = Frame { width, height: 1, buffer: Cow::Owned(data), ..Frame::default() };
        encoder.write_lzw_pre_encoded_frame(&frame).unwrap();
        drop(encoder);
        let mut options = DecodeOptions::new();
        options.check_lzw_end_code(true);
        let mut decoder = options.read_info(&*file).unwrap();
        let frame = decoder.read_next_frame().unwrap().expect("a frame");
        assert!(frame.buffer == indices, "{} indices", indices.len());
    }
}
