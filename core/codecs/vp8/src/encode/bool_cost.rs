//! What booleans cost in the entropy coder (RFC 6386 section 7), in 256ths of a bit.

/// 256ths of a bit that a boolean of probability p/256 takes, by p. The first is not used.
pub(crate) static COSTS: [u16; 257] = {
    let mut costs = [0; 257];
    let mut p = 1;
    while p < 257 {
        costs[p] = (8 * 256 - log2(p as u64)) as u16;
        p += 1;
    }
    costs
};

/// The most that a boolean takes, by p and its value, whatever the state of the encoder.
pub(crate) static MAX_COSTS: [[u16; 2]; 256] = {
    let mut costs = [[0; 2]; 256];
    let mut p = 1;
    while p < 256 {
        let mut range = 128;
        while range < 256 {
            let zero = 1 + (((range - 1) * p) >> 8);
            let all = log2(range);
            let of = [all - log2(zero) + 1, all - log2(range - zero) + 1];
            let mut bit = 0;
            while bit < 2 {
                if of[bit] > costs[p as usize][bit] as u64 {
                    costs[p as usize][bit] = of[bit] as u16;
                }
                bit += 1;
            }
            range += 1;
        }
        p += 1;
    }
    costs
};

/// log₂ in 256ths, rounded down. `value`: 1 to 256.
const fn log2(value: u64) -> u64 {
    let whole = value.ilog2() as u64;
    // Between 1 and 2, in 2³⁰ths: every squaring gives a bit.
    let mut rest = (value << 30) >> whole;
    let mut result = whole;
    let mut bit = 0;
    while bit < 8 {
        rest = (rest * rest) >> 30;
        result *= 2;
        if rest >= 2 << 30 {
            rest /= 2;
            result += 1;
        }
        bit += 1;
    }
    result
}

/// The cost of a boolean in 256ths of a bit.
#[inline(always)]
pub(crate) fn cost(bit: bool, probability: u8) -> u32 {
    let p = usize::from(probability);
    u32::from(COSTS[if bit { 256 - p } else { p }])
}
