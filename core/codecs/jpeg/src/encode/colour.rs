//! From pixels to components. The formulas are ITU-T T.871's in 16-bit fixed point, as in libjpeg.

use bytemuck::cast;
use wide::{i16x8, i32x4, u8x16, u64x2};

/// Pixels converted at a time.
pub(super) const CHUNK: usize = 16;

/// Half, less what libjpeg takes off for the colour differences so that 255.5 does not become 256.
const ROUNDING: i32 = 1 << 15;
const CENTRE: i32 = (128 << 16) + ROUNDING - 1;

/// Splits a row of RGB pixels. The components' rows are whole chunks long; past the last pixel they repeat it.
pub(super) fn split(row: &[u8], y: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    let (pixels, rest) = row.as_chunks::<{ 3 * CHUNK }>();
    let chunks = |plane: &mut [u8]| plane.len() / CHUNK;
    debug_assert!(chunks(y) == chunks(cb) && chunks(y) == chunks(cr));
    let (y, cb, cr) = (y.as_chunks_mut().0, cb.as_chunks_mut().0, cr.as_chunks_mut().0);
    let mut out = y.iter_mut().zip(cb).zip(cr);
    // By reference: what is left is the row's end.
    for (pixels, ((y, cb), cr)) in pixels.iter().zip(out.by_ref()) {
        [*y, *cb, *cr] = convert(pixels);
    }
    let last: [u8; 3] = row[row.len() - 3..].try_into().unwrap_or_default();
    let mut pixels = [last; CHUNK];
    pixels.as_flattened_mut()[..rest.len()].copy_from_slice(rest);
    for ((y, cb), cr) in out {
        [*y, *cb, *cr] = convert(pixels.as_flattened().try_into().unwrap_or(&[0; 3 * CHUNK]));
        pixels = [last; CHUNK];
    }
}

/// Y, Cb and Cr of 16 pixels.
#[inline(always)]
fn convert(pixels: &[u8; 3 * CHUNK]) -> [[u8; CHUNK]; 3] {
    let [r, g, b] = planes(cast(*pixels));
    // Two products are added at a time; what both halves share is widened only once.
    let (rg, bg) = (pairs(r, g), pairs(b, g));
    let sum = |of_rg: [i16; 2], of_bg: [i16; 2], sign: i32, rounding: i32| {
        let [of_rg, of_bg] = [of_rg, of_bg].map(|[a, b]| i16x8::new([a, b, a, b, a, b, a, b]));
        let quarter = |i: usize| {
            let (rg, bg): (i32x4, i32x4) = (rg[i].dot(of_rg), bg[i].dot(of_bg));
            let sum = match sign {
                0 => rg + bg,
                1 => bg - rg,
                _ => rg - bg,
            };
            (sum + i32x4::splat(rounding)) >> 16
        };
        let half = |i: usize| i16x8::from_i32x8_saturate(cast([quarter(i), quarter(i + 1)]));
        u8x16::narrow_i16x8(half(0), half(2))
    };
    // 0.587 = (22086 + 16384) / 65536. A half does not fit into 16 bits, its negative does.
    let y = sum([19595, 22086], [7471, 16384], 0, ROUNDING);
    let cb = sum([-11059, -21709], [i16::MIN, 0], 2, CENTRE);
    let cr = sum([i16::MIN, 0], [-5329, -27439], 1, CENTRE);
    [y.into(), cb.into(), cr.into()]
}

/// Red, green and blue. Each step interleaves halves of the vectors; after four steps the channels are apart.
#[inline(always)]
fn planes(mut v: [u8x16; 3]) -> [u8x16; 3] {
    for _ in 0..4 {
        let [a, b, c] = v;
        v = [u8x16::unpack_low(a, upper(b)), u8x16::unpack_low(upper(a), c), u8x16::unpack_low(b, upper(c))];
    }
    v
}

#[inline(always)]
fn upper(v: u8x16) -> u8x16 {
    let v: u64x2 = cast(v);
    cast(v.unpack_hi(v))
}

/// Values of `a` and `b` in turn, four of each in a vector.
#[inline(always)]
fn pairs(a: u8x16, b: u8x16) -> [i16x8; 4] {
    let [low, high] = [u8x16::unpack_low(a, b), u8x16::unpack_high(a, b)];
    let widen = |v: u8x16| [u8x16::unpack_low(v, u8x16::ZERO), u8x16::unpack_high(v, u8x16::ZERO)];
    cast([widen(low), widen(high)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_any_length_are_split_by_the_formula() {
        for pixels in [1, 2, 15, 16, 17, 31, 33, 4001] {
            let row: Vec<u8> = (0..pixels * 3).map(|i| ((i * i * 7 + i * 13) >> 2) as u8).collect();
            let length = (pixels as usize).next_multiple_of(CHUNK);
            let mut planes = [vec![0; length], vec![0; length], vec![0; length]];
            let [y, cb, cr] = &mut planes;
            split(&row, y, cb, cr);
            for x in 0..length {
                let pixel: [u8; 3] = row[3 * x.min(pixels as usize - 1)..][..3].try_into().expect("three");
                let [r, g, b] = pixel.map(i32::from);
                let expected = [
                    (19595 * r + 38470 * g + 7471 * b + 32768) >> 16,
                    (-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16,
                    (32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16,
                ];
                assert_eq!([0, 1, 2].map(|i| i32::from(planes[i][x])), expected, "{pixels} {x}");
            }
        }
    }
}
