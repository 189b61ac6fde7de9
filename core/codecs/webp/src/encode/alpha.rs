//! Alpha planes (RFC 9649, section 2.7.1.2): filtered, then coded in the green channel of pixels.

use edgepix_vp8::PixelLayout;

use crate::alpha_filter::AlphaFilter;
use crate::encode::entropy::entropy;
use crate::encode::image::Image;
use crate::encode::source::PixelSource;

/// A plane with at most this many values is packed instead of filtered.
const PACKED_VALUES: usize = 16;

/// The alpha channel of RGBA pixels.
#[derive(Debug)]
pub(crate) struct AlphaPlane<'a> {
    rgba: &'a [u8],
    width: usize,
    pub(crate) filter: AlphaFilter,
}

impl<'a> AlphaPlane<'a> {
    /// The plane with the filter of least entropy. `None` where the layout has no alpha.
    pub(crate) fn new(image: &Image<'a>) -> Option<Self> {
        if image.layout() != PixelLayout::Rgba {
            return None;
        }
        let (rgba, width) = (image.pixels(), image.width() as usize);
        let mut plane = AlphaPlane { rgba, width, filter: AlphaFilter::None };
        let filters =
            [AlphaFilter::None, AlphaFilter::Horizontal, AlphaFilter::Vertical, AlphaFilter::Gradient];
        let mut counts = [[0_u32; 256]; 4];
        for (y, row) in rgba.chunks_exact(4 * width).enumerate() {
            for x in 0..width {
                for (filter, counts) in filters.into_iter().zip(&mut counts) {
                    counts[usize::from(row[4 * x + 3].wrapping_sub(plane.prediction(filter, x, y)))] += 1;
                }
            }
        }
        let values = counts[0].iter().filter(|&&count| count > 0).count();
        if values > PACKED_VALUES {
            let best = filters.into_iter().zip(&counts).min_by_key(|&(_, counts)| entropy(counts));
            plane.filter = best.map_or(AlphaFilter::None, |(filter, _)| filter);
        }
        Some(plane)
    }

    #[inline(always)]
    fn at(&self, x: usize, y: usize) -> u8 {
        self.rgba[4 * (y * self.width + x) + 3]
    }

    #[inline(always)]
    fn prediction(&self, filter: AlphaFilter, x: usize, y: usize) -> u8 {
        match (filter, x, y) {
            (AlphaFilter::None, ..) | (_, 0, 0) => 0,
            (_, _, 0) | (AlphaFilter::Horizontal, 1.., _) => self.at(x - 1, y),
            (_, 0, _) | (AlphaFilter::Vertical, ..) => self.at(x, y - 1),
            (AlphaFilter::Gradient, ..) => {
                let [left, above, corner] =
                    [self.at(x - 1, y), self.at(x, y - 1), self.at(x - 1, y - 1)].map(i16::from);
                (left + above - corner).clamp(0, 255) as u8
            }
        }
    }
}

impl PixelSource for AlphaPlane<'_> {
    fn fill(&self, argb: &mut [u32]) {
        for (y, row) in argb.chunks_exact_mut(self.width).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                let rest = self.at(x, y).wrapping_sub(self.prediction(self.filter, x, y));
                *pixel = u32::from_le_bytes([rest, rest, rest, 255]);
            }
        }
    }

    fn channels(&self) -> u64 {
        1
    }

    fn is_grey(&self) -> bool {
        true
    }

    fn is_filtered(&self) -> bool {
        self.filter != AlphaFilter::None
    }
}
