//! Leaves away what no later stage looks at: rows above and below, samples left and right.

use super::resize;
use crate::Error;
use crate::codec::Cost;
use crate::geometry::Part;
use crate::pipeline::stage::{Context, Kinds, RowStage, Stage};
use crate::rows::{Row, Shape, Take};

pub(in crate::pipeline) fn takes(_: &Context<'_, '_>) -> Kinds {
    Kinds::ALL
}

/// `None` where everything is looked at.
pub(in crate::pipeline) fn plan<'p>(
    context: &Context<'p, '_>,
    rows: &Shape,
) -> Option<Box<dyn Stage<'p> + 'p>> {
    let output = context.resized(rows, |geometry| {
        let part = resize::needed(geometry);
        (part.width, part.height)
    })?;
    let parts = context.geometry.iter().map(resize::needed).collect();
    (output != *rows).then(|| Box::new(Crop { parts, channels: rows.layout().channels(), output }) as _)
}

#[derive(Debug)]
struct Crop {
    /// Of each plane, or of all channels.
    parts: Vec<Part>,
    channels: usize,
    output: Shape,
}

impl<'p> Stage<'p> for Crop {
    fn output(&self) -> Shape {
        self.output
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }

    fn start(self: Box<Self>) -> Result<Box<dyn RowStage + 'p>, Error> {
        let rows = vec![0; self.parts.len()];
        Ok(Box::new(Cropping { crop: *self, rows }))
    }
}

struct Cropping {
    crop: Crop,
    /// Rows of each plane that have come.
    rows: Vec<u32>,
}

impl RowStage for Cropping {
    fn push(&mut self, row: Row<'_>, next: &mut Take<'_>) -> Result<(), Error> {
        let plane = if let Row::Plane(plane, _) = row { plane } else { 0 };
        let (Some(part), Some(y)) = (self.crop.parts.get(plane), self.rows.get_mut(plane)) else {
            return Ok(());
        };
        let is_inside = (part.y..part.y + part.height).contains(y);
        *y += 1;
        if !is_inside {
            return Ok(());
        }
        let samples =
            |channels: usize| part.x as usize * channels..(part.x as usize + part.width as usize) * channels;
        next(match row {
            Row::Eight(row) => Row::Eight(&row[samples(self.crop.channels)]),
            Row::Sixteen(row) => Row::Sixteen(&row[samples(self.crop.channels)]),
            Row::Plane(plane, row) => Row::Plane(plane, &row[samples(1)]),
            Row::Strip(_) => return Ok(()),
        })
    }

    fn is_done(&self) -> bool {
        self.crop.parts.iter().zip(&self.rows).all(|(part, &rows)| rows >= part.y + part.height)
    }

    fn reset(&mut self) {
        self.rows.fill(0);
    }
}
