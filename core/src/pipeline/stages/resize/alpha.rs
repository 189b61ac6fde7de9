//! Colours times their alpha, so that nothing bleeds out of transparent pixels, and back.

use bytemuck::cast;
use wide::{u16x8, u32x4};

/// So many pixels are taken as they are where all of them are opaque.
const BLOCK: usize = 4 * 32;

/// Whether every pixel of a row is opaque.
pub(super) fn is_opaque(row: &[u8]) -> bool {
    row.as_chunks().0.iter().fold(u32::MAX, |all, &pixel| all & u32::from_le_bytes(pixel)) >> 24 == 255
}

/// Multiplies the colours of a row of RGBA by their alpha.
#[inline(never)]
pub(super) fn premultiply(row: &[u8], into: &mut [u8]) {
    for (from, to) in row.chunks(BLOCK).zip(into.chunks_mut(BLOCK)) {
        if is_opaque(from) {
            to.copy_from_slice(from);
            continue;
        }
        let (fours, few) = from.as_chunks();
        let (to_fours, to_few) = to.as_chunks_mut();
        for (from, to) in fours.iter().zip(to_fours) {
            *to = premultiplied(from);
        }
        let mut last = [0; 16];
        last[..few.len()].copy_from_slice(few);
        to_few.copy_from_slice(&premultiplied(&last)[..few.len()]);
    }
}

/// Four pixels at once.
fn premultiplied(pixels: &[u8; 16]) -> [u8; 16] {
    let words = cast::<[[u8; 4]; 4], [[u8; 4]; 4]>(cast(*pixels)).map(u32::from_le_bytes);
    let pixels = u32x4::new(words);
    let evens = u32x4::splat(0x00ff_00ff);
    let alpha = pixels >> 24u32;
    let alphas: u16x8 = cast(alpha | (alpha << 16u32));
    let red_blue: u16x8 = cast(pixels & evens);
    // What stands in alpha's place becomes alpha.
    let green_one: u16x8 = cast(((pixels >> 8u32) & evens) | u32x4::splat(0x00ff_0000));
    let red_blue: u32x4 = cast(divide_by_255(red_blue * alphas));
    let green_alpha: u32x4 = cast(divide_by_255(green_one * alphas));
    cast((red_blue | (green_alpha << 8u32)).to_array().map(u32::to_le_bytes))
}

/// `value / 255`, rounded half up, for products of two bytes.
fn divide_by_255(value: u16x8) -> u16x8 {
    let value = value + u16x8::splat(128);
    (value + (value >> 8u32)) >> 8u32
}

/// Undoes [`premultiply`], in place.
#[inline(never)]
pub(super) fn unpremultiply(row: &mut [u8]) {
    for pixel in row.as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]);
        if alpha != 0 && alpha != 255 {
            for sample in &mut pixel[..3] {
                *sample = ((u32::from(*sample) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}
