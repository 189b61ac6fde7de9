//! How large everything is for a frame and a scale. Pure arithmetic: nothing is allocated here.

use crate::decode::frame::{Component, Frame};
use crate::decode::scale::Scale;
use crate::zigzag::ZIGZAG;

/// The geometry of a picture at a scale.
#[derive(Clone, Debug)]
pub(crate) struct Geometry {
    /// Delivered pixels in a row.
    pub(crate) width: usize,
    /// Delivered rows.
    pub(crate) height: usize,
    /// Delivered rows of an MCU.
    pub(crate) mcu_rows: usize,
    /// MCUs of an interleaved scan, across.
    pub(crate) mcus_across: usize,
    /// MCUs of an interleaved scan, down.
    pub(crate) mcus_down: usize,
    /// Pixels of the file, not scaled, across an MCU.
    pub(crate) mcu_width: usize,
    /// Rows of the file, not scaled, in a row of MCUs.
    pub(crate) file_rows: usize,
    count: usize,
    components: [ComponentGeometry; 4],
}

/// The geometry of one component.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ComponentGeometry {
    /// Blocks in an MCU, across.
    pub(crate) horizontal: usize,
    /// Blocks in an MCU, down.
    pub(crate) vertical: usize,
    /// Samples that a block becomes, across: 1 to 6, or 8. So many columns of its coefficients are kept.
    pub(crate) block_width: usize,
    /// Samples that a block becomes, down: 1 to 6, or 8.
    pub(crate) block_height: usize,
    /// The last coefficient in zigzag order that is kept.
    pub(crate) last_kept: usize,
    /// Blocks across in whole MCUs.
    pub(crate) blocks_across: usize,
    /// Blocks down in whole MCUs.
    pub(crate) blocks_down: usize,
    /// Blocks across in a scan of this component alone.
    pub(crate) own_blocks_across: usize,
    /// Blocks down in a scan of this component alone.
    pub(crate) own_blocks_down: usize,
    /// Samples in a row that belong to the picture.
    pub(crate) width: usize,
    /// Rows of samples that belong to the picture.
    pub(crate) height: usize,
    /// How samples become as many as there are pixels.
    pub(crate) upsampling: Upsampling,
    /// Samples for `pixels` pixels across.
    pub(crate) across: Ratio,
    /// Samples for `pixels` pixels down.
    pub(crate) down: Ratio,
}

/// How a component is brought to the resolution of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Upsampling {
    /// One sample for each pixel.
    #[default]
    None,
    /// Twice across, by a triangle filter.
    TriangleAcross,
    /// Twice down, by a triangle filter.
    TriangleDown,
    /// Twice in both directions, by a triangle filter.
    TriangleBoth,
    /// The nearest sample, whatever the ratio.
    Nearest,
}

/// So many samples for so many pixels; never more than one sample a pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) samples: usize,
    pub(crate) pixels: usize,
}

impl Ratio {
    /// The sample whose area holds the centre of a pixel.
    pub(crate) fn nearest(self, pixel: usize) -> usize {
        (2 * pixel + 1) * self.samples / (2 * self.pixels)
    }

    fn is(self, factor: usize) -> bool {
        self.samples * factor == self.pixels
    }
}

impl Geometry {
    /// For a picture whose components all come at its own resolution.
    pub(crate) fn new(frame: &Frame, scale: Scale) -> Self {
        let samples = scale.eighths() as usize;
        let side = |_, factor, maximum| block_side(factor, maximum, samples);
        Geometry::with_sides(frame, samples, side)
    }

    /// For components that are delivered as they are stored, each at a scale of its own.
    pub(crate) fn of_planes(frame: &Frame, scales: [Scale; 4]) -> Self {
        let mut geometry =
            Geometry::with_sides(frame, 8, |component: usize, _, _| scales[component].eighths() as usize);
        geometry.components.iter_mut().for_each(|component| component.upsampling = Upsampling::None);
        geometry
    }

    /// `samples`: what a block of the component with the largest factors becomes, on a side. `side`: what one of
    /// another becomes, by its index, its factor and the largest.
    fn with_sides(frame: &Frame, samples: usize, side: impl Fn(usize, usize, usize) -> usize) -> Self {
        let factor = |of: fn(&Component) -> u8| frame.components().iter().map(of).max().unwrap_or(1).into();
        let maximum: (usize, usize) = (factor(|c| c.horizontal), factor(|c| c.vertical));
        let size = (frame.width as usize, frame.height as usize);
        let mcus = (size.0.div_ceil(8 * maximum.0), size.1.div_ceil(8 * maximum.1));
        let mut components = [ComponentGeometry::default(); 4];
        for (index, (geometry, component)) in components.iter_mut().zip(frame.components()).enumerate() {
            let block = (
                side(index, component.horizontal.into(), maximum.0),
                side(index, component.vertical.into(), maximum.1),
            );
            *geometry = ComponentGeometry::new(component, size, maximum, mcus, samples, block);
        }
        Geometry {
            width: (size.0 * samples).div_ceil(8),
            height: (size.1 * samples).div_ceil(8),
            mcu_rows: maximum.1 * samples,
            mcus_across: mcus.0,
            mcus_down: mcus.1,
            mcu_width: maximum.0 * 8,
            file_rows: maximum.1 * 8,
            count: frame.components().len(),
            components,
        }
    }

    pub(crate) fn components(&self) -> &[ComponentGeometry] {
        &self.components[..self.count]
    }

    /// Samples in the longest row of a component.
    pub(crate) fn widest_component(&self) -> usize {
        self.components().iter().map(|component| component.width).max().unwrap_or(0)
    }
}

impl ComponentGeometry {
    /// `size`: of the file; `maximum`: the largest factors; `samples`: what a block with these becomes, on a side;
    /// `block`: what one of this component becomes.
    fn new(
        component: &Component,
        size: (usize, usize),
        maximum: (usize, usize),
        mcus: (usize, usize),
        samples: usize,
        (block_width, block_height): (usize, usize),
    ) -> Self {
        let horizontal = usize::from(component.horizontal);
        let vertical = usize::from(component.vertical);
        let scaled = |side: usize, factor: usize, maximum: usize, block: usize| {
            (side * factor * block).div_ceil(maximum * 8)
        };
        let width = scaled(size.0, horizontal, maximum.0, block_width);
        let across = Ratio { samples: horizontal * block_width, pixels: maximum.0 * samples };
        let down = Ratio { samples: vertical * block_height, pixels: maximum.1 * samples };
        ComponentGeometry {
            horizontal,
            vertical,
            block_width,
            block_height,
            last_kept: last_kept(block_width, block_height),
            blocks_across: mcus.0 * horizontal,
            blocks_down: mcus.1 * vertical,
            own_blocks_across: scaled(size.0, horizontal, maximum.0, 8).div_ceil(8),
            own_blocks_down: scaled(size.1, vertical, maximum.1, 8).div_ceil(8),
            width,
            height: scaled(size.1, vertical, maximum.1, block_height),
            upsampling: upsampling(across, down, width),
            across,
            down,
        }
    }

    /// Samples in a row of whole MCUs.
    pub(crate) fn stride(&self) -> usize {
        self.blocks_across * self.block_width
    }

    /// Rows of samples in a row of MCUs.
    pub(crate) fn mcu_rows(&self) -> usize {
        self.vertical * self.block_height
    }

    /// Coefficients kept of each block.
    pub(crate) fn kept(&self) -> usize {
        self.block_width * self.block_height
    }
}

/// What a block becomes on one axis. A subsampled component gives more of its coefficients as long as that
/// saves doubling its samples afterwards.
fn block_side(factor: usize, maximum: usize, samples: usize) -> usize {
    let mut side = samples;
    while side * 2 <= 8 && (maximum * samples).is_multiple_of(factor * side * 2) {
        side *= 2;
    }
    side
}

fn last_kept(width: usize, height: usize) -> usize {
    ZIGZAG
        .iter()
        .rposition(|&natural| usize::from(natural) % 8 < width && usize::from(natural) / 8 < height)
        .unwrap_or(0)
}

/// libjpeg-turbo's choice (`jinit_upsampler`), less its replacement of equal ratios by faster code.
fn upsampling(across: Ratio, down: Ratio, width: usize) -> Upsampling {
    let wide = width > 2;
    match (across, down) {
        _ if across.is(1) && down.is(1) => Upsampling::None,
        _ if across.is(2) && down.is(1) && wide => Upsampling::TriangleAcross,
        _ if across.is(1) && down.is(2) => Upsampling::TriangleDown,
        _ if across.is(2) && down.is(2) && wide => Upsampling::TriangleBoth,
        _ => Upsampling::Nearest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsampled_components_give_more_of_their_coefficients() {
        // Half, quarter and third of the resolution, at 8, 4, 2 and 1 samples a block.
        let sides = |factor, maximum| [8, 4, 2, 1].map(|samples| block_side(factor, maximum, samples));
        assert_eq!(sides(1, 1), [8, 4, 2, 1]);
        assert_eq!([6, 5, 3].map(|samples| block_side(1, 2, samples)), [6, 5, 6]);
        assert_eq!(sides(1, 2), [8, 8, 4, 2]);
        assert_eq!(sides(1, 4), [8, 8, 8, 4]);
        assert_eq!(sides(1, 3), [8, 4, 2, 1]);
        assert_eq!(sides(2, 4), [8, 8, 4, 2]);
    }

    /// Whatever the factors: the transforms have no other sizes.
    #[test]
    fn sides_of_a_block_differ_by_a_factor_of_one_two_or_four() {
        let factors = || (1..=4usize).flat_map(|maximum| (1..=maximum).map(move |factor| (factor, maximum)));
        for samples in [1, 2, 3, 4, 5, 6, 8] {
            let sides = || factors().map(|(factor, maximum)| block_side(factor, maximum, samples));
            for (width, height) in sides().flat_map(|width| sides().map(move |height| (width, height))) {
                assert!([1, 2, 3, 4, 5, 6, 8].contains(&width));
                assert!([1, 2, 4].iter().any(|n| width == n * height || height == n * width));
            }
        }
    }

    #[test]
    fn fractional_ratios_take_the_nearest_sample() {
        let two_thirds = Ratio { samples: 2, pixels: 3 };
        assert_eq!([0, 1, 2, 3, 4, 5].map(|pixel| two_thirds.nearest(pixel)), [0, 1, 1, 2, 3, 3]);
        let third = Ratio { samples: 8, pixels: 24 };
        assert_eq!([0, 2, 3, 5, 6].map(|pixel| third.nearest(pixel)), [0, 0, 1, 1, 2]);
    }

    #[test]
    fn the_last_kept_coefficient_is_the_corner() {
        assert_eq!([last_kept(1, 1), last_kept(2, 2), last_kept(4, 4), last_kept(8, 8)], [0, 4, 24, 63]);
        // Column 7 of row 3.
        assert_eq!(last_kept(8, 4), 53);
    }
}
