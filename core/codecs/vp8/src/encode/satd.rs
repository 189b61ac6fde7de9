//! Sums of absolute Hadamard coefficients of differences: about what these will cost.

/// Of a square, by its 4×4 blocks.
#[inline(always)]
pub(crate) fn of_square<const N: usize>(samples: &[[u8; N]; N], prediction: &[[u8; N]; N]) -> u32 {
    let mut sums = [0u32; N];
    for y in (0..N).step_by(4) {
        let mut rows = [[0i16; N]; 4];
        for i in 0..4 {
            for x in 0..N {
                rows[i][x] = i16::from(samples[y + i][x]) - i16::from(prediction[y + i][x]);
            }
        }
        for (a, b) in [(0, 2), (1, 3), (0, 1), (2, 3)] {
            let (first, second) = (rows[a], rows[b]);
            for x in 0..N {
                (rows[a][x], rows[b][x]) = (first[x] + second[x], first[x] - second[x]);
            }
        }
        for row in rows {
            let mut pairs = [0i16; N];
            for x in 0..N {
                let sign = 1 - 2 * (x & 1) as i16;
                pairs[x] = row[x ^ 1] + sign * row[x];
            }
            for x in 0..N {
                let sign = 1 - (x & 2) as i16;
                sums[x] += u32::from((pairs[x ^ 2] + sign * pairs[x]).unsigned_abs());
            }
        }
    }
    sums.iter().sum()
}
