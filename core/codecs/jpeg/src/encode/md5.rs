//! MD5 (RFC 1321), which names extensions of XMP packets. It protects nothing here.

/// Shifts of each round.
const SHIFTS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

/// The integer part of 2³² × |sin(i + 1)|.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501,
    0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821,
    0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
    0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A,
    0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70,
    0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
    0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1,
    0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391,
];

/// The digest in upper-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> [u8; 32] {
    let mut state = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476];
    let (blocks, rest) = bytes.as_chunks::<64>();
    blocks.iter().for_each(|block| add(&mut state, block));
    // A bit of 1, zeros, and the length in bits.
    let mut end = [0; 128];
    end[..rest.len()].copy_from_slice(rest);
    end[rest.len()] = 0x80;
    let length = if rest.len() < 56 { 64 } else { 128 };
    end[length - 8..length].copy_from_slice(&(bytes.len() as u64).wrapping_mul(8).to_le_bytes());
    end[..length].as_chunks::<64>().0.iter().for_each(|block| add(&mut state, block));
    let digest = state.map(u32::to_le_bytes);
    std::array::from_fn(|at| {
        let byte = digest[at / 8][at / 2 % 4];
        let half = if at % 2 == 0 { byte >> 4 } else { byte & 15 };
        b"0123456789ABCDEF"[usize::from(half)]
    })
}

fn add(state: &mut [u32; 4], block: &[u8; 64]) {
    let words = block.as_chunks::<4>().0;
    let [mut a, mut b, mut c, mut d] = *state;
    for (step, sine) in SINES.into_iter().enumerate() {
        let (mixed, word) = match step / 16 {
            0 => (b & c | !b & d, step),
            1 => (d & b | !d & c, 5 * step + 1),
            2 => (b ^ c ^ d, 3 * step + 5),
            _ => (c ^ (b | !d), 7 * step),
        };
        let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(u32::from_le_bytes(words[word % 16]));
        let turned = b.wrapping_add(sum.rotate_left(SHIFTS[step / 16][step % 4]));
        (a, b, c, d) = (d, turned, b, c);
    }
    for (state, value) in state.iter_mut().zip([a, b, c, d]) {
        *state = state.wrapping_add(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test suite of RFC 1321, and lengths around the end of a block (by Python's hashlib).
    #[test]
    fn digests_are_those_of_the_standard() {
        let is = |bytes: &[u8], digest: &str| assert_eq!(hex(bytes), digest.as_bytes(), "{}", bytes.len());
        is(b"", "D41D8CD98F00B204E9800998ECF8427E");
        is(b"message digest", "F96B697D7CB7938D525A2F31AAF161D0");
        is(&[b'a'; 55], "EF1772B6DFF9A122358552954AD0DF65");
        is(&[b'a'; 56], "3B0C8AC703F828B04C6C197006D17218");
        is(&[b'a'; 64], "014842D480B571495A4A0363793F7367");
        is(&[b'a'; 1000], "CABE45DCC9AE5B66BA86600CCA6B8BA8");
    }
}
