//! Adler-32 (RFC 1950 section 8.2).

const MODULUS: u32 = 65521;
/// Bytes that are summed at once.
const LANES: usize = 32;
/// So many groups of bytes do not overflow the sums.
const MOST_GROUPS: usize = 5552 / LANES;

#[derive(Debug)]
pub(super) struct Adler {
    plain: u32,
    weighted: u32,
}

impl Default for Adler {
    fn default() -> Self {
        Self { plain: 1, weighted: 0 }
    }
}

impl Adler {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(LANES * MOST_GROUPS) {
            let (groups, rest) = part.as_chunks::<LANES>();
            // Of each lane its sum, and the sum of its sums.
            let (mut plain, mut weighted) = ([0u32; LANES], [0u32; LANES]);
            for group in groups {
                for lane in 0..LANES {
                    weighted[lane] += plain[lane];
                    plain[lane] += u32::from(group[lane]);
                }
            }
            self.weighted += self.plain * (groups.len() * LANES) as u32 % MODULUS;
            for lane in 0..LANES {
                self.weighted += weighted[lane] * LANES as u32 + plain[lane] * (LANES - lane) as u32;
                self.weighted %= MODULUS;
                self.plain += plain[lane];
            }
            for byte in rest {
                self.plain += u32::from(*byte);
                self.weighted += self.plain % MODULUS;
            }
            self.plain %= MODULUS;
            self.weighted %= MODULUS;
        }
    }

    pub(super) fn sum(&self) -> u32 {
        self.weighted << 16 | self.plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_definition() {
        let mut random = fastrand::Rng::with_seed(1);
        for length in [0, 1, 31, 32, 33, 5551, 5552, 5553, 70_000] {
            for bytes in [vec![255; length], (0..length).map(|_| random.u8(..)).collect()] {
                let (mut a, mut b) = (1u32, 0u32);
                for byte in &bytes {
                    a = (a + u32::from(*byte)) % MODULUS;
                    b = (b + a) % MODULUS;
                }
                let mut adler = Adler::default();
                let (first, second) = bytes.split_at(length / 3);
                adler.update(first);
                adler.update(second);
                assert_eq!(adler.sum(), b << 16 | a, "{length}");
            }
        }
    }
}
