//! From the planes of a lossy picture to RGB, row by row, with the arithmetic of libwebp: chroma at half the size is
//! interpolated from four samples ("fancy upsampling"), and colours are converted in fixed point.

/// Luma, and chroma at half its width and height. Rows are padded to whole macroblocks.
pub(super) struct Planes {
    width: usize,
    height: usize,
    luma: Vec<u8>,
    blue: Vec<u8>,
    red: Vec<u8>,
}

/// Samples of chroma that are interpolated at once, for twice as many pixels.
const BLOCK: usize = 16;

impl Planes {
    /// `None` where the planes are not of this size, or the size is zero.
    pub(super) fn new(
        (width, height): (u32, u32),
        luma: Vec<u8>,
        blue: Vec<u8>,
        red: Vec<u8>,
    ) -> Option<Self> {
        let planes = Self { width: width as usize, height: height as usize, luma, blue, red };
        let chroma = planes.stride() / 2 * planes.height.div_ceil(16) * 8;
        let fit =
            planes.luma.len() == chroma * 4 && planes.blue.len() == chroma && planes.red.len() == chroma;
        (chroma > 0 && fit).then_some(planes)
    }

    /// Writes row `y` to `into`, three or four channels a pixel, all of them opaque. `None` below the last row.
    pub(super) fn read(&self, y: usize, into: &mut [u8], channels: usize) -> Option<()> {
        if y >= self.height {
            return None;
        }
        let luma = &self.luma[y * self.stride()..][..self.width];
        let rows = |plane| self.nearest(plane, y);
        if channels == 3 {
            convert::<3>(luma, rows(&self.blue), rows(&self.red), into);
        } else {
            convert::<4>(luma, rows(&self.blue), rows(&self.red), into);
        }
        Some(())
    }

    fn stride(&self) -> usize {
        self.width.div_ceil(16) * 16
    }

    /// The two rows of chroma next to a row of pixels, the nearer one first; at the edges they are the same.
    fn nearest<'a>(&self, plane: &'a [u8], y: usize) -> [&'a [u8]; 2] {
        let near = y / 2;
        let other = if y.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
        let last = self.height.div_ceil(2) - 1;
        [near, other.min(last)].map(|row| &plane[row * self.stride() / 2..][..self.width.div_ceil(2)])
    }
}

fn convert<const CHANNELS: usize>(luma: &[u8], blue: [&[u8]; 2], red: [&[u8]; 2], into: &mut [u8]) {
    let blocks = luma.chunks(2 * BLOCK).zip(into.chunks_mut(2 * BLOCK * CHANNELS));
    for (start, (luma, into)) in (0..).step_by(BLOCK).zip(blocks) {
        let mut samples = [0; 2 * BLOCK];
        samples[..luma.len()].copy_from_slice(luma);
        let [red, green, blue] = rgb(&samples, &upsampled(blue, start), &upsampled(red, start));
        for (i, pixel) in into.chunks_exact_mut(CHANNELS).enumerate().take(2 * BLOCK) {
            pixel[..3].copy_from_slice(&[red[i], green[i], blue[i]]);
            if CHANNELS == 4 {
                pixel[3] = 255;
            }
        }
    }
}

/// Chroma for the pixels that the samples from `start` on belong to. Of the four samples around a pixel, the nearest
/// counts nine sixteenths, the farthest one.
#[inline]
fn upsampled([near, other]: [&[u8]; 2], start: usize) -> [u16; 2 * BLOCK] {
    let weighed = |near: u8, other: u8| 3 * u16::from(near) + u16::from(other);
    let mut columns = [0; BLOCK + 2];
    let inside = start.checked_sub(1).map(|first| first..first + BLOCK + 2);
    match inside.and_then(|range| Some((near.get(range.clone())?, other.get(range)?))) {
        Some((near, other)) => {
            for (column, (&near, &other)) in columns.iter_mut().zip(near.iter().zip(other)) {
                *column = weighed(near, other);
            }
        }
        // At the left and right edge the last sample is repeated.
        None => {
            for (i, column) in columns.iter_mut().enumerate() {
                let at = (start + i).saturating_sub(1).min(near.len() - 1);
                *column = weighed(near[at], other[at]);
            }
        }
    }
    let mut pixels = [0; 2 * BLOCK];
    for (i, pair) in pixels.as_chunks_mut::<2>().0.iter_mut().enumerate() {
        let [left, middle, right] = [columns[i], columns[i + 1], columns[i + 2]];
        *pair = [(3 * middle + left + 8) >> 4, (3 * middle + right + 8) >> 4];
    }
    pixels
}

/// BT.601 in the range 16 … 235. Factors have 14 bits behind the point, sums 6. What would be negative stops at zero,
/// where the result is zero as well; so every sum has room in 16 bits.
#[inline]
fn rgb(luma: &[u8; 2 * BLOCK], blue: &[u16; 2 * BLOCK], red: &[u16; 2 * BLOCK]) -> [[u8; 2 * BLOCK]; 3] {
    let times = |sample: u16, factor: u16| ((u32::from(sample << 8) * u32::from(factor)) >> 16) as u16;
    let clip = |sum: u16| (sum >> 6).min(255) as u8;
    let mut rgb = [[0; 2 * BLOCK]; 3];
    for i in 0..2 * BLOCK {
        let bright = times(luma[i].into(), 19077);
        let (blue, red) = (blue[i], red[i]);
        rgb[0][i] = clip((bright + times(red, 26149)).saturating_sub(14234));
        rgb[1][i] = clip((bright + 8708).saturating_sub(times(blue, 6419) + times(red, 13320)));
        rgb[2][i] = clip((bright + times(blue, 33050)).saturating_sub(17685));
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_is_what_the_fixed_point_says() {
        let times = |sample: i32, factor: i32| (sample * factor) >> 8;
        let clip = |sum: i32| (sum >> 6).clamp(0, 255) as u8;
        for y in 0..=255 {
            for u in 0..=255 {
                for v in (0..=255).step_by(5) {
                    let [red, green, blue] =
                        rgb(&[y; 2 * BLOCK], &[u; 2 * BLOCK], &[v; 2 * BLOCK]).map(|plane| plane[7]);
                    let (y, u, v) = (i32::from(y), i32::from(u), i32::from(v));
                    let expected = [
                        clip(times(y, 19077) + times(v, 26149) - 14234),
                        clip(times(y, 19077) - times(u, 6419) - times(v, 13320) + 8708),
                        clip(times(y, 19077) + times(u, 33050) - 17685),
                    ];
                    assert_eq!([red, green, blue], expected, "{y} {u} {v}");
                }
            }
        }
    }
}
