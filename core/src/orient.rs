//! Puts finished rows where their orientation wants them, so that turning a picture costs no second one.

use crate::Orientation;
use crate::raster::Raster;

/// Writes rows of an unoriented picture into their place on a canvas.
pub(crate) struct Placement {
    orientation: Orientation,
    /// Size of the picture before orientation.
    size: (u32, u32),
    /// Where the oriented picture's top left corner goes.
    offset: (u32, u32),
}

impl Placement {
    pub(crate) fn new(orientation: Orientation, size: (u32, u32), offset: (u32, u32)) -> Self {
        Self { orientation, size, offset }
    }

    /// Places row `y` of the unoriented picture.
    pub(crate) fn put(&self, canvas: &mut Raster, y: u32, row: &[u8]) {
        let channels = canvas.layout.channels();
        let stride = canvas.layout.stride(canvas.width);
        let at =
            |x: u32, y: u32| (self.offset.1 + y) as usize * stride + (self.offset.0 + x) as usize * channels;
        let (width, height) = self.size;
        let Orientation { transpose, mirror_x, mirror_y } = self.orientation;
        if !transpose {
            let y = if mirror_y { height - 1 - y } else { y };
            let start = at(0, y);
            let target = &mut canvas.data[start..start + row.len()];
            if mirror_x {
                mirror(row, channels, target);
            } else {
                target.copy_from_slice(row);
            }
        } else {
            // The row becomes a column: `height` is the oriented width, `width` the oriented height.
            let x = if mirror_x { height - 1 - y } else { y };
            for (i, pixel) in (0..width).zip(row.chunks_exact(channels)) {
                let start = at(x, if mirror_y { width - 1 - i } else { i });
                canvas.data[start..start + channels].copy_from_slice(pixel);
            }
        }
    }
}

/// Copies a row from right to left.
pub(crate) fn mirror(row: &[u8], channels: usize, into: &mut [u8]) {
    for (to, from) in into.chunks_exact_mut(channels).rev().zip(row.chunks_exact(channels)) {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Layout;

    /// A 3 × 2 picture, numbered row by row, in each of EXIF's orientations.
    #[test]
    fn every_orientation_lands_where_exif_says() {
        let expected: [&[u8]; 8] = [
            &[1, 2, 3, 4, 5, 6],
            &[3, 2, 1, 6, 5, 4],
            &[6, 5, 4, 3, 2, 1],
            &[4, 5, 6, 1, 2, 3],
            &[1, 4, 2, 5, 3, 6],
            &[4, 1, 5, 2, 6, 3],
            &[6, 3, 5, 2, 4, 1],
            &[3, 6, 2, 5, 1, 4],
        ];
        for (value, expected) in (1..).zip(expected) {
            let orientation = Orientation::from_exif(value);
            let (w, h) = if orientation.transpose { (2, 3) } else { (3, 2) };
            let mut canvas = Raster::filled(w, h, Layout::Grey, &[0]);
            let placement = Placement::new(orientation, (3, 2), (0, 0));
            placement.put(&mut canvas, 0, &[1, 2, 3]);
            placement.put(&mut canvas, 1, &[4, 5, 6]);
            assert_eq!(canvas.data, expected, "orientation {value}");
        }
    }
}
