//! The checksum of chunks (PNG annex D), eight bytes at a time.

const POLYNOMIAL: u32 = 0xedb8_8320;

/// The checksum of a chunk's kind and data.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    // What a byte does to the sum, with 0 to 7 bytes behind it. Made here: it is a matter of microseconds, and 8 KiB that a
    // program need not carry.
    let mut tables = [[0u32; 256]; 8];
    tables[0] = std::array::from_fn(|value| {
        (0..8).fold(value as u32, |sum, _| if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL } else { sum >> 1 })
    });
    for behind in 1..8 {
        tables[behind] = tables[behind - 1].map(|sum| sum >> 8 ^ tables[0][(sum & 255) as usize]);
    }
    let (groups, rest) = bytes.as_chunks::<8>();
    let sum = groups.iter().fold(!0u32, |sum, group| {
        let [a, b, c, d, e, f, g, h] =
            (u64::from_le_bytes(*group) ^ u64::from(sum)).to_le_bytes().map(usize::from);
        let near = tables[3][e] ^ tables[2][f] ^ tables[1][g] ^ tables[0][h];
        tables[7][a] ^ tables[6][b] ^ tables[5][c] ^ tables[4][d] ^ near
    });
    !rest.iter().fold(sum, |sum, &byte| sum >> 8 ^ tables[0][usize::from(sum as u8 ^ byte)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_definition() {
        let mut random = fastrand::Rng::with_seed(1);
        for length in 0..70 {
            let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
            let sum = bytes.iter().fold(!0u32, |sum, byte| {
                (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                    if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL } else { sum >> 1 }
                })
            });
            assert_eq!(crc32(&bytes), !sum, "{length}");
        }
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
    }
}
