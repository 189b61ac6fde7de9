//! From the planes of a lossy picture to RGB, row by row, with the arithmetic of libwebp: chroma at half the size is
//! interpolated from four samples ("fancy upsampling"), and colours are converted in fixed point.

use edgepix_vp8::Decoder;

/// The rows of a lossy picture, from the top to the bottom, and those around that are needed for them.
pub(super) struct LossyRows<'a> {
    decoder: Decoder<'a>,
    luma: Window,
    chroma: [Window; 2],
}

/// Samples of chroma that are interpolated at once, for twice as many pixels.
const BLOCK: usize = 16;

impl<'a> LossyRows<'a> {
    pub(super) fn new(decoder: Decoder<'a>, width: u32) -> Self {
        let width = width as usize;
        let chroma = [(); 2].map(|()| Window::new(width.div_ceil(2), MOST_ROWS / 2));
        LossyRows { decoder, luma: Window::new(width, MOST_ROWS), chroma }
    }

    /// Peak bytes of heap for a picture of this width.
    pub(super) fn memory(width: u32) -> u64 {
        let row = u64::from(width) + u64::from(width.div_ceil(2));
        Decoder::memory(width) + row * MOST_ROWS as u64 + size_of::<Self>() as u64
    }

    /// Writes row `y`, at or below the one before, to `into`: three or four channels a pixel, all of them opaque. `None` below
    /// the last row.
    pub(super) fn read(&mut self, y: usize, into: &mut [u8], channels: usize) -> Option<()> {
        // The two rows of chroma next to it, the nearer one first; at the edges they are the same.
        let near = y / 2;
        let other = if y.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
        while self.chroma[0].end() <= near.max(other) || self.luma.end() <= y {
            self.luma.let_go(y);
            self.chroma.iter_mut().for_each(|chroma| chroma.let_go(near.min(other)));
            let Some(rows) = self.decoder.next_rows() else { break };
            (0..rows.count()).for_each(|y| self.luma.push(rows.luma(y)));
            for y in 0..rows.count().div_ceil(2) {
                self.chroma.iter_mut().zip(rows.chroma(y)).for_each(|(chroma, row)| chroma.push(row));
            }
        }
        let luma = self.luma.get(y)?;
        let other = other.min(self.chroma[0].end().saturating_sub(1));
        let [blue, red] = self.chroma.each_ref().map(|chroma| Some([chroma.get(near)?, chroma.get(other)?]));
        let (blue, red) = (blue?, red?);
        if channels == 3 {
            convert::<3>(luma, blue, red, into);
        } else {
            convert::<4>(luma, blue, red, into);
        }
        Some(())
    }
}

/// Rows of luma that are held at most, of chroma half as many: what the decoder gives at a time, and what is left of that
/// before.
const MOST_ROWS: usize = 28;

/// Rows of a plane that follow each other.
struct Window {
    samples: Vec<u8>,
    width: usize,
    /// The number of the first of them.
    first: usize,
}

impl Window {
    fn new(width: usize, most_rows: usize) -> Self {
        Window { samples: Vec::with_capacity(width * most_rows), width, first: 0 }
    }

    fn end(&self) -> usize {
        self.first + self.samples.len() / self.width
    }

    fn get(&self, y: usize) -> Option<&[u8]> {
        let row = y.checked_sub(self.first)? * self.width;
        self.samples.get(row..row + self.width)
    }

    fn push(&mut self, row: &[u8]) {
        self.samples.extend_from_slice(row);
    }

    /// Lets go of rows above `y`.
    fn let_go(&mut self, y: usize) {
        let rows = y.min(self.end()).saturating_sub(self.first);
        self.samples.drain(..rows * self.width);
        self.first += rows;
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
