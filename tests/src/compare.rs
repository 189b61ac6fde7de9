//! How far two pictures are apart.

use crate::picture::Picture;

/// Differences in units of 1/255, over red, green and blue, and over alpha where either picture has any. Colours are
/// premultiplied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Mean over all pixels and channels.
    pub mean: f64,
    /// The largest.
    pub max: f64,
    /// Mean between averages of 4 × 4 pixels.
    pub coarse: f64,
}

/// The side of the blocks of [`Difference::coarse`].
const BLOCK: usize = 4;

/// Compares two pictures; `None` where their sizes differ.
pub fn difference(expected: &Picture, actual: &Picture) -> Option<Difference> {
    if (expected.width, expected.height) != (actual.width, actual.height) {
        return None;
    }
    let channels = if expected.is_opaque() && actual.is_opaque() { 3 } else { 4 };
    let (width, height) = (expected.width as usize, expected.height as usize);
    let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
    let mut blocks = vec![[0.0; 4]; columns * rows];
    let (mut sum, mut max) = (0.0, 0.0_f64);
    for (index, (a, b)) in expected.premultiplied().zip(actual.premultiplied()).enumerate() {
        let block = &mut blocks[index / width / BLOCK * columns + index % width / BLOCK];
        for channel in 0..channels {
            let signed = b[channel] - a[channel];
            block[channel] += signed;
            sum += signed.abs();
            max = max.max(signed.abs());
        }
    }
    let values = (width * height * channels) as f64;
    // Sums of whole blocks, weighed by the pixels that they hold.
    let coarse = blocks.iter().flatten().map(|sum| sum.abs()).sum::<f64>() / values;
    Some(Difference { mean: sum / values, max, coarse })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(pixels: &[[u8; 4]]) -> Picture {
        Picture { width: pixels.len() as u32, height: 1, rgba: pixels.concat() }
    }

    #[test]
    fn what_is_transparent_has_no_colour() {
        let (a, b) = (picture(&[[255, 0, 0, 0]]), picture(&[[0, 255, 0, 0]]));
        assert_eq!(difference(&a, &b), Some(Difference { mean: 0.0, max: 0.0, coarse: 0.0 }));
    }

    #[test]
    fn alpha_counts_only_where_there_is_any() {
        let (a, b) = (picture(&[[0, 0, 0, 255]]), picture(&[[30, 30, 30, 255]]));
        assert_eq!(difference(&a, &b).unwrap().mean, 30.0);
        let clear = picture(&[[0, 0, 0, 0]]);
        assert_eq!(difference(&a, &clear).unwrap().mean, 255.0 / 4.0);
    }

    #[test]
    fn noise_averages_out_in_blocks_and_a_shift_of_colour_does_not() {
        let grey = picture(&[[100, 100, 100, 255]; 4]);
        let noise =
            picture(&[[90, 90, 90, 255], [110, 110, 110, 255], [90, 90, 90, 255], [110, 110, 110, 255]]);
        let brighter = picture(&[[110, 110, 110, 255]; 4]);
        assert_eq!(difference(&grey, &noise).unwrap().coarse, 0.0);
        assert_eq!(difference(&grey, &brighter).unwrap().coarse, 10.0);
    }

    #[test]
    fn other_sizes_do_not_compare() {
        assert_eq!(difference(&picture(&[[0; 4]; 2]), &picture(&[[0; 4]; 3])), None);
    }
}
