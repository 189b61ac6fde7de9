//! Turns the picture, and places it on its canvas. Where rows keep their order they are at most mirrored; else the
//! stage holds the whole picture, and puts each row in its place as it comes, so that turning costs no second picture.

use crate::codec::Cost;
use crate::geometry::Geometry;
use crate::pipeline::stage::{Context, Kinds, RowStage, Stage};
use crate::rows::{CHROMA_ROWS, Layout, Picture, Row, Rows, Shape, Take};
use crate::{Background, Error, Orientation};

/// A canvas around the picture is in colours.
pub(in crate::pipeline) fn takes(context: &Context<'_, '_>) -> Kinds {
    let has_canvas = context.geometry.first().is_some_and(Geometry::has_canvas);
    Kinds { planes: !has_canvas, eight: true, sixteen: false }
}

/// `None` where there is nothing to turn.
pub(in crate::pipeline) fn plan<'p>(
    context: &Context<'p, '_>,
    rows: &Shape,
) -> Option<Box<dyn Stage<'p> + 'p>> {
    let geometry = context.geometry.first()?;
    if geometry.keeps_row_order() {
        let mirror = || Box::new(Mirror { channels: channels(rows), shape: *rows }) as _;
        return geometry.orientation.mirror_x.then(mirror);
    }
    Some(turn(context, rows))
}

/// Holds a picture that need not be turned, or is already.
pub(in crate::pipeline) fn hold<'p>(context: &Context<'p, '_>, rows: &Shape) -> Box<dyn Stage<'p> + 'p> {
    let turned = |geometry: &Geometry| Geometry {
        orientation: Orientation::default(),
        content: geometry.output,
        offset: (0, 0),
        ..geometry.clone()
    };
    let geometry: Vec<_> = context.geometry.iter().map(turned).collect();
    turn(&Context { geometry: &geometry, ..*context }, rows)
}

fn turn<'p>(context: &Context<'_, '_>, rows: &Shape) -> Box<dyn Stage<'p> + 'p> {
    let placements =
        context.geometry.iter().map(|geometry| Placement::new(geometry, channels(rows))).collect();
    let output = |plane: usize| context.geometry.get(plane).map_or((0, 0), |geometry| geometry.output);
    let (width, height) = output(0);
    let rows = match rows.rows {
        Rows::Planes { .. } | Rows::Strips { .. } => Rows::Strips { chroma: output(1), cell: context.cell },
        other => other,
    };
    let shape = Shape { width, height, rows };
    Box::new(Hold { placements, background: context.background, shape })
}

fn channels(rows: &Shape) -> usize {
    match rows.rows {
        Rows::Eight(layout) | Rows::Sixteen(layout) => layout.channels(),
        Rows::Planes { .. } | Rows::Strips { .. } => 1,
    }
}

/// Left and right change places.
#[derive(Debug)]
struct Mirror {
    channels: usize,
    shape: Shape,
}

impl<'p> Stage<'p> for Mirror {
    fn output(&self) -> Shape {
        self.shape
    }

    fn cost(&self) -> Cost {
        Cost { memory: u64::from(self.shape.width) * self.channels as u64, work: 0 }
    }

    fn start(self: Box<Self>) -> Result<Box<dyn RowStage + 'p>, Error> {
        let row = vec![0; self.shape.width as usize * self.channels];
        Ok(Box::new(Mirroring { channels: self.channels, row }))
    }
}

struct Mirroring {
    channels: usize,
    row: Vec<u8>,
}

impl RowStage for Mirroring {
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error> {
        match row {
            Row::Eight(row) => {
                mirror(row, self.channels, &mut self.row);
                next(Row::Eight(&self.row))
            }
            Row::Plane(plane, row) => {
                let mirrored = &mut self.row[..row.len()];
                mirror(row, 1, mirrored);
                next(Row::Plane(plane, mirrored))
            }
            Row::Sixteen(_) | Row::Strip(_) => Ok(()),
        }
    }

    fn reset(&mut self) {}
}

/// Copies a row from right to left.
fn mirror(row: &[u8], channels: usize, into: &mut [u8]) {
    for (to, from) in into.chunks_exact_mut(channels).rev().zip(row.chunks_exact(channels)) {
        to.copy_from_slice(from);
    }
}

/// The whole picture, turned.
#[derive(Debug)]
struct Hold {
    /// Of each plane, or of all channels.
    placements: Vec<Placement>,
    background: Background,
    shape: Shape,
}

impl<'p> Stage<'p> for Hold {
    fn output(&self) -> Shape {
        self.shape
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn holds(&self) -> bool {
        true
    }

    fn start(self: Box<Self>) -> Result<Box<dyn RowStage + 'p>, Error> {
        let (pictures, rows) = (self.blank(), vec![0; self.placements.len()]);
        Ok(Box::new(Holding { hold: *self, pictures, rows }))
    }
}

impl Hold {
    /// The canvas, or the planes, before anything is on them.
    fn blank(&self) -> Vec<Picture> {
        let Background { red, green, blue, alpha } = self.background;
        let Shape { width, height, rows } = self.shape;
        match rows {
            Rows::Eight(layout) | Rows::Sixteen(layout) => {
                let backdrop = match layout {
                    Layout::Grey => &[red][..],
                    Layout::Rgb => &[red, green, blue],
                    Layout::Rgba | Layout::Cmyk => &[red, green, blue, alpha],
                };
                vec![Picture::filled(width, height, layout, backdrop)]
            }
            Rows::Planes { chroma } | Rows::Strips { chroma, .. } => {
                let sizes = [(width, height), chroma, chroma];
                Vec::from(sizes.map(|(w, h)| Picture::filled(w, h, Layout::Grey, &[0])))
            }
        }
    }

    /// Pixels across and down that share a sample of the colour differences.
    fn cell(&self) -> u32 {
        if let Rows::Strips { cell, .. } = self.shape.rows { cell } else { 1 }
    }
}

struct Holding {
    hold: Hold,
    pictures: Vec<Picture>,
    /// Rows of each picture that have come.
    rows: Vec<u32>,
}

impl RowStage for Holding {
    fn push(&mut self, row: Row<'_>, _: &mut Take<'_>) -> Result<(), Error> {
        let (plane, samples) = match row {
            Row::Eight(samples) => (0, samples),
            Row::Plane(plane, samples) => (plane, samples),
            Row::Sixteen(_) | Row::Strip(_) => return Ok(()),
        };
        self.hold.placements[plane].put(&mut self.pictures[plane], self.rows[plane], samples);
        self.rows[plane] += 1;
        Ok(())
    }

    fn finish(&mut self, next: &mut Take<'_>) -> Result<(), Error> {
        if let [luma, blue, red] = &self.pictures[..] {
            let strips = |picture: &Picture, rows: u32| (picture.width * rows) as usize;
            let luma = luma.data.chunks(strips(luma, CHROMA_ROWS * self.hold.cell()));
            let blue = blue.data.chunks(strips(blue, CHROMA_ROWS));
            let red = red.data.chunks(strips(red, CHROMA_ROWS));
            return luma
                .zip(blue)
                .zip(red)
                .try_for_each(|((luma, blue), red)| next(Row::Strip([luma, blue, red])));
        }
        self.pictures.iter().flat_map(Picture::rows).try_for_each(|row| next(Row::Eight(row)))
    }

    fn take_picture(&mut self) -> Option<Picture> {
        if self.pictures.len() == 1 { self.pictures.pop() } else { None }
    }

    fn reset(&mut self) {
        self.rows.fill(0);
        if self.pictures.is_empty() {
            self.pictures = self.hold.blank();
        }
    }
}

/// Where rows of a picture go that is not turned yet.
#[derive(Clone, Debug)]
struct Placement {
    orientation: Orientation,
    /// Size of the picture before orientation.
    size: (u32, u32),
    /// Where the oriented picture's top left corner goes.
    offset: (u32, u32),
    channels: usize,
}

impl Placement {
    fn new(geometry: &Geometry, channels: usize) -> Self {
        let Geometry { orientation, content, offset, .. } = *geometry;
        Self { orientation, size: content, offset, channels }
    }

    /// Places row `y` of the picture before orientation.
    fn put(&self, canvas: &mut Picture, y: u32, row: &[u8]) {
        let channels = self.channels;
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

#[cfg(test)]
mod tests {
    use super::*;

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
            let mut canvas = Picture::filled(w, h, Layout::Grey, &[0]);
            let placement = Placement { orientation, size: (3, 2), offset: (0, 0), channels: 1 };
            placement.put(&mut canvas, 0, &[1, 2, 3]);
            placement.put(&mut canvas, 1, &[4, 5, 6]);
            assert_eq!(canvas.data, expected, "orientation {value}");
        }
    }
}
