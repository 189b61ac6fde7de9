//! At which size a source is decoded, and to which rows.

use crate::codec::{Image, PlaneShape, Sampling};
use crate::geometry::Geometry;
use crate::rows::{Rows, Shape};

/// How many times as large as it is wanted a picture is decoded at the least, so that what reduced decoding folds back
/// into its highest frequencies is left to the resize.
const HEADROOM: f64 = 1.6;
/// The same for colour differences alone, which are seen less sharply: photos lose half a point at most of their score
/// (SSIMULACRA2), most of them nothing.
const HEADROOM_OF_CHROMA: f64 = 1.2;

/// What comes out of the decoder.
#[derive(Debug)]
pub(super) struct Decoding {
    pub(super) sampling: Sampling,
    pub(super) shape: Shape,
    /// On each plane as it is decoded; of interleaved pixels all three are the same.
    pub(super) geometry: [Geometry; 3],
    /// Pixels of the result, across and down, that share a sample of the colour differences.
    pub(super) cell: u32,
    /// Rows that come of each plane before those of the next.
    pub(super) rows_at_once: [u32; 3],
}

impl Decoding {
    /// Interleaved pixels. `full`: on the picture as it is stored.
    pub(super) fn of_pixels(image: &dyn Image, full: &Geometry, sixteen: bool) -> Self {
        let header = image.header();
        let eighths = match image.sixteen() {
            Some(_) if sixteen => 8,
            _ => enough(image.scales(), HEADROOM, |eighths| {
                let times = |side: f64| side * f64::from(eighths) / 8.0;
                (times(full.region.width), times(full.region.height), full.content)
            }),
        };
        let (width, height) = header.size_at(eighths);
        let geometry = full.reduced(eighths, (width, height));
        let (sampling, rows) = match image.sixteen() {
            Some(layout) if sixteen => (Sampling::Sixteen, Rows::Sixteen(layout)),
            _ => (Sampling::Eight { eighths }, Rows::Eight(header.layout)),
        };
        Self {
            sampling,
            shape: Shape { width, height, rows },
            geometry: std::array::from_fn(|_| geometry.clone()),
            cell: 1,
            rows_at_once: [1; 3],
        }
    }

    /// Luma and colour differences. `None` where the source does not store such, or where more samples of them would have
    /// to be made than there are: that is done on pixels, as other decoders do it. `cell`: of the encoder.
    pub(super) fn of_planes(image: &dyn Image, full: &Geometry, cell: Option<u32>) -> Option<Self> {
        let encoder_cell = cell?;
        let mut eighths = [8; 3];
        let mut shapes = [image.plane(0, 8)?; 3];
        let mut geometry = std::array::from_fn(|_| full.clone());
        for plane in 0..3 {
            let (cell, headroom) =
                if plane == 0 { (1, HEADROOM) } else { (encoder_cell, HEADROOM_OF_CHROMA) };
            let at = |eighths: u32| {
                image.plane(plane, eighths).map(|shape: PlaneShape| (shape, full.of_plane(&shape, cell)))
            };
            eighths[plane] = enough(image.scales(), headroom, |eighths| match at(eighths) {
                Some((_, geometry)) => (geometry.region.width, geometry.region.height, geometry.content),
                None => (0.0, 0.0, full.content),
            });
            (shapes[plane], geometry[plane]) = at(eighths[plane])?;
        }
        let enlarges = |geometry: &Geometry| {
            let (width, height) = geometry.content;
            geometry.region.width < width.into() || geometry.region.height < height.into()
        };
        if geometry[1..].iter().any(enlarges) && !enlarges(&geometry[0]) {
            return None;
        }
        let (width, height) = shapes[0].size;
        Some(Self {
            sampling: Sampling::Planes { eighths },
            shape: Shape { width, height, rows: Rows::Planes { chroma: shapes[1].size } },
            geometry,
            cell: encoder_cell,
            rows_at_once: shapes.map(|shape| shape.rows_at_once),
        })
    }

    /// The geometry of each plane, or the one of all channels.
    pub(super) fn planes(&self) -> &[Geometry] {
        match self.sampling {
            Sampling::Planes { .. } => &self.geometry,
            Sampling::Eight { .. } | Sampling::Sixteen => &self.geometry[..1],
        }
    }
}

/// The smallest of `scales` that leaves some headroom. `at`: for a scale, the size that the used part has when decoded
/// so, and the size that is wanted.
fn enough(scales: &[u32], headroom: f64, at: impl Fn(u32) -> (f64, f64, (u32, u32))) -> u32 {
    let enough = |&eighths: &u32| {
        let (width, height, wanted) = at(eighths);
        width >= f64::from(wanted.0) * headroom && height >= f64::from(wanted.1) * headroom
    };
    scales.iter().copied().find(enough).unwrap_or(8)
}
