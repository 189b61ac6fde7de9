//! Brings rows of samples to twice their width or height, rounded as libjpeg's "fancy upsampling".
//!
//! The weights are 3/4 and 1/4 on each axis. Rounding alternates, so that no bias builds up.

use crate::decode::geometry::Ratio;

/// Twice across. `row` has at least two samples; `out` twice as many, or one less.
pub(crate) fn triangle_across(row: &[u8], out: &mut [u8]) {
    let at = |i: usize| u32::from(row[i]);
    let last = row.len() - 1;
    write(out, 0, at(0), (3 * at(0) + at(1) + 2) / 4);
    let inner = out[2..].chunks_exact_mut(2);
    for (window, out) in row.windows(3).zip(inner) {
        let [left, here, right] = [window[0], window[1], window[2]].map(u32::from);
        out[0] = ((3 * here + left + 1) / 4) as u8;
        out[1] = ((3 * here + right + 2) / 4) as u8;
    }
    write(out, last, (3 * at(last) + at(last - 1) + 1) / 4, at(last));
}

/// Between two rows, nearer to `near`. `lower`: the new row lies below `near`.
pub(crate) fn triangle_down(near: &[u8], far: &[u8], lower: bool, out: &mut [u8]) {
    let bias = if lower { 2 } else { 1 };
    for ((&near, &far), out) in near.iter().zip(far).zip(out) {
        *out = ((3 * u32::from(near) + u32::from(far) + bias) / 4) as u8;
    }
}

/// Twice across, between two rows nearer to `near`. These have at least two samples.
pub(crate) fn triangle_both(near: &[u8], far: &[u8], out: &mut [u8]) {
    let far = &far[..near.len()];
    let sum = |i: usize| 3 * u32::from(near[i]) + u32::from(far[i]);
    let last = near.len() - 1;
    write(out, 0, (4 * sum(0) + 8) / 16, (3 * sum(0) + sum(1) + 7) / 16);
    let inner = out[2..].chunks_exact_mut(2);
    for ((near, far), out) in near.windows(3).zip(far.windows(3)).zip(inner) {
        let sum = |i: usize| 3 * u16::from(near[i]) + u16::from(far[i]);
        out[0] = ((3 * sum(1) + sum(0) + 8) / 16) as u8;
        out[1] = ((3 * sum(1) + sum(2) + 7) / 16) as u8;
    }
    write(out, last, (3 * sum(last) + sum(last - 1) + 8) / 16, (4 * sum(last) + 7) / 16);
}

/// The nearest sample, whatever the ratio. Widths are rounded up, so that the last pixel may lie behind the last sample.
pub(crate) fn nearest(row: &[u8], ratio: Ratio, out: &mut [u8]) {
    for (pixel, out) in out.iter_mut().enumerate() {
        *out = row[ratio.nearest(pixel).min(row.len() - 1)];
    }
}

/// Writes the two pixels of a sample, as far as there is room.
fn write(out: &mut [u8], sample: usize, left: u32, right: u32) {
    for (out, value) in out.iter_mut().skip(2 * sample).zip([left, right]) {
        *out = value as u8;
    }
}
