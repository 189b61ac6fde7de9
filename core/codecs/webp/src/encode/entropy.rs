//! Estimates of coded sizes, in fixed point: the same on every machine.

/// Fractional bits of a cost.
pub(crate) const FRACTION: u32 = 16;
/// One bit.
pub(crate) const BIT: u64 = 1 << FRACTION;

const STEPS: usize = 256;

/// log₂(1 + i / 256) in units of 2⁻¹⁶.
static LOG2: [u32; STEPS + 1] = log2_table();

/// Bit by bit: squaring a number doubles its logarithm.
const fn log2_table() -> [u32; STEPS + 1] {
    let mut table = [0; STEPS + 1];
    let mut i = 0;
    while i < STEPS {
        // Between 1 and 2, with 31 fractional bits.
        let mut x = ((STEPS + i) as u64) << 23;
        let mut log = 0;
        let mut bit = 0;
        while bit < FRACTION {
            x = (x * x) >> 31;
            log <<= 1;
            if x >> 32 != 0 {
                x >>= 1;
                log |= 1;
            }
            bit += 1;
        }
        table[i] = log;
        i += 1;
    }
    table[STEPS] = 1 << FRACTION;
    table
}

/// log₂ of a number (0 of 0), with [`FRACTION`] fractional bits.
#[inline(never)]
pub(crate) fn log2(x: u32) -> u64 {
    if x == 0 {
        return 0;
    }
    let whole = x.ilog2();
    let mantissa = u64::from(x) << 31 >> whole & 0x7FFF_FFFF;
    let index = (mantissa >> 23) as usize;
    let (low, high) = (LOG2[index], LOG2[index + 1]);
    let between = (u64::from(high - low) * (mantissa & 0x7F_FFFF)) >> 23;
    (u64::from(whole) << FRACTION) + u64::from(low) + between
}

/// The cost of symbols that occur that often, by an ideal code, without the code itself.
#[inline(never)]
pub(crate) fn entropy(counts: &[u32]) -> u64 {
    let mut total = 0;
    let mut cost = 0;
    for &count in counts {
        total += count;
        cost += u64::from(count) * log2(count);
    }
    (u64::from(total) * log2(total)).saturating_sub(cost)
}

#[cfg(test)]
mod tests {
    use super::{BIT, entropy, log2};

    #[test]
    fn logarithms_are_near() {
        for x in [1, 2, 3, 255, 256, 257, 1000, 65_537, u32::MAX] {
            let exact = f64::from(x).log2() * BIT as f64;
            assert!((log2(x) as f64 - exact).abs() < 16.0, "{x}");
        }
    }

    #[test]
    fn equal_symbols_cost_a_whole_number_of_bits() {
        assert_eq!(entropy(&[5; 256]) / BIT, 5 * 256 * 8);
        assert_eq!(entropy(&[7]), 0);
        assert_eq!(entropy(&[]), 0);
    }
}
