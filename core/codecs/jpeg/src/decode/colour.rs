//! From components to delivered pixels. The formulas are ITU-T T.871's in 16-bit fixed point, as in libjpeg.

use bytemuck::cast;
use wide::{i16x8, i32x4, u8x16, u64x2};

use crate::decode::header::{Colour, Header};

/// How pixels are made of samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conversion {
    colour: Colour,
}

const ROUNDING: i32 = 1 << 15;

impl Conversion {
    pub(crate) fn new(header: &Header) -> Self {
        Conversion { colour: header.colour() }
    }

    /// Writes a row of pixels. Each of `rows` has at least a sample a pixel; grey needs one row, ink four.
    pub(crate) fn convert(self, rows: [&[u8]; 4], out: &mut [u8]) {
        let [a, b, c, d] = rows;
        match self.colour {
            Colour::Grey => out.copy_from_slice(&a[..out.len()]),
            Colour::Rgb => {
                for (((out, &r), &g), &b) in out.chunks_exact_mut(3).zip(a).zip(b).zip(c) {
                    out.copy_from_slice(&[r, g, b]);
                }
            }
            Colour::YCbCr => write_rgb(a, b, c, out),
            Colour::Cmyk => {
                for ((((out, &c), &m), &y), &k) in out.chunks_exact_mut(4).zip(a).zip(b).zip(c).zip(d) {
                    out.copy_from_slice(&[!c, !m, !y, !k]);
                }
            }
            // What the transform takes for light is ink, and ink is stored inverted.
            Colour::Ycck => {
                for ((((out, &y), &cb), &cr), &k) in out.chunks_exact_mut(4).zip(a).zip(b).zip(c).zip(d) {
                    let [r, g, b] = rgb(y, cb, cr);
                    out.copy_from_slice(&[r, g, b, !k]);
                }
            }
        }
    }
}

/// Pixels converted at a time: what fills a vector of bytes.
const CHUNK: usize = 16;

/// A row of RGB pixels.
fn write_rgb(y: &[u8], cb: &[u8], cr: &[u8], out: &mut [u8]) {
    let pixels = out.len() / 3;
    let (y, cb, cr) = (&y[..pixels], &cb[..pixels], &cr[..pixels]);
    let chunks = y.as_chunks().0.iter().zip(cb.as_chunks().0).zip(cr.as_chunks().0);
    let (out_chunks, out_rest) = out.as_chunks_mut::<{ 3 * CHUNK }>();
    for (out, ((y, cb), cr)) in out_chunks.iter_mut().zip(chunks) {
        write_rgb_chunk(y, cb, cr, out);
    }
    let whole = pixels - pixels % CHUNK;
    let rest = y[whole..].iter().zip(&cb[whole..]).zip(&cr[whole..]);
    for (out, ((&y, &cb), &cr)) in out_rest.chunks_exact_mut(3).zip(rest) {
        out.copy_from_slice(&rgb(y, cb, cr));
    }
}

#[inline(always)]
fn write_rgb_chunk(y: &[u8; CHUNK], cb: &[u8; CHUNK], cr: &[u8; CHUNK], out: &mut [u8; 3 * CHUNK]) {
    let (y, cb, cr) = (u8x16::new(*y), u8x16::new(*cb), u8x16::new(*cr));
    let [both_left, both_right] = interleave(cb, cr);
    let ([y_left, y_right], [cb_left, cb_right], [cr_left, cr_right]) = (widen(y), widen(cb), widen(cr));
    let [r_left, g_left, b_left] = rgb_vectors(y_left, cb_left, cr_left, widen(both_left));
    let [r_right, g_right, b_right] = rgb_vectors(y_right, cb_right, cr_right, widen(both_right));
    let r = u8x16::narrow_i16x8(r_left, r_right);
    let g = u8x16::narrow_i16x8(g_left, g_right);
    let b = u8x16::narrow_i16x8(b_left, b_right);
    let (red_blue, green_zero) = (interleave(r, b), interleave(g, u8x16::ZERO));
    let pixels = [interleave(red_blue[0], green_zero[0]), interleave(red_blue[1], green_zero[1])];
    let pairs: [u64x2; CHUNK / 4] = cast(pixels);
    let pairs: [[u8; 8]; CHUNK / 2] = cast(pairs.map(close_up));
    // Eight bytes at a time; the last two are overwritten by the next pair.
    for (i, pair) in pairs[..CHUNK / 2 - 1].iter().enumerate() {
        out[6 * i..6 * i + 8].copy_from_slice(pair);
    }
    out[3 * CHUNK - 6..].copy_from_slice(&pairs[CHUNK / 2 - 1][..6]);
}

/// Moves pairs of pixels of four bytes, the last of which is 0, together.
#[inline(always)]
fn close_up(pixels: u64x2) -> u64x2 {
    (pixels & u64x2::splat(0xFF_FFFF)) | ((pixels >> 8) & u64x2::splat(0xFFFF_FF00_0000))
}

/// [`rgb`] for eight pixels, not yet limited. `both` holds Cb and Cr in turn. All are as stored, not centred.
#[inline(always)]
fn rgb_vectors(y: i16x8, cb: i16x8, cr: i16x8, both: [i16x8; 2]) -> [i16x8; 3] {
    let centre = i16x8::splat(128);
    let (cb, cr, both) = (cb - centre, cr - centre, [both[0] - centre, both[1] - centre]);
    let sums = |blue: i16, red: i16| {
        let factors = i16x8::new([blue, red, blue, red, blue, red, blue, red]);
        let sum = |both: i16x8| (both.dot(factors) + i32x4::splat(ROUNDING)) >> 16;
        i16x8::from_i32x8_saturate(cast([sum(both[0]), sum(both[1])]))
    };
    [y + cr + sums(0, 26345), y - cr + sums(-22554, 18734), y + cb + cb + sums(-14942, 0)]
}

/// Samples in 16 bits each.
#[inline(always)]
fn widen(samples: u8x16) -> [i16x8; 2] {
    let [left, right] = interleave(samples, u8x16::ZERO);
    [cast(left), cast(right)]
}

#[inline(always)]
fn interleave(a: u8x16, b: u8x16) -> [u8x16; 2] {
    [u8x16::unpack_low(a, b), u8x16::unpack_high(a, b)]
}

/// The constants are split into whole numbers and factors that fit into 16 bits, which vector units multiply best:
/// 1.402 = 1 + 26345 / 65536, 1.772 = 2 − 14942 / 65536, −0.714136 = −1 + 18734 / 65536.
#[inline(always)]
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let y = i16::from(y);
    let cb = i16::from(cb) - 128;
    let cr = i16::from(cr) - 128;
    let times = |value: i16, factor: i16| i32::from(value) * i32::from(factor);
    let round = |product: i32| ((product + ROUNDING) >> 16) as i16;
    let r = y + cr + round(times(cr, 26345));
    let g = y - cr + round(times(cb, -22554) + times(cr, 18734));
    let b = y + 2 * cb + round(times(cb, -14942));
    [r, g, b].map(|value| value.clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transform_is_that_of_the_standard_rounded() {
        for y in (0..=255u8).step_by(5) {
            for cb in 0..=255 {
                for cr in 0..=255 {
                    let [blue, red] = [cb, cr].map(|value: u8| f64::from(value) - 128.0);
                    let exact = [1.402 * red, -0.344136 * blue - 0.714136 * red, 1.772 * blue];
                    for (value, exact) in rgb(y, cb, cr).into_iter().zip(exact) {
                        let exact = (f64::from(y) + exact).clamp(0.0, 255.0);
                        assert!((f64::from(value) - exact).abs() < 0.51, "{y} {cb} {cr}");
                    }
                }
            }
        }
    }

    #[test]
    fn chunks_give_what_single_pixels_give() {
        let samples: Vec<u8> = (0..=255).map(|i: u8| i.wrapping_mul(37)).collect();
        for length in [1, 15, 16, 17, 47, 200] {
            let (y, cb, cr) = (&samples[..length], &samples[30..30 + length], &samples[50..50 + length]);
            let mut row = vec![0; 3 * length];
            write_rgb(y, cb, cr, &mut row);
            for (i, pixel) in row.chunks_exact(3).enumerate() {
                assert_eq!(pixel, rgb(y[i], cb[i], cr[i]));
            }
        }
    }
}
