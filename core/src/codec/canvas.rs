//! The canvas of an animation, on which frame is drawn upon frame.

use super::Header;
use crate::Error;
use crate::rows::{Row, Take};

/// A picture in the making. Where nothing was drawn it is transparent, whatever background a file names, as browsers
/// have it.
pub(super) struct Canvas {
    pixels: Vec<[u8; 4]>,
    width: usize,
}

/// A frame's place on the canvas, inside of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Canvas {
    pub(super) fn new(header: &Header) -> Self {
        let (width, height) = (header.width as usize, header.height as usize);
        Self { pixels: vec![[0; 4]; width * height], width }
    }

    /// Row `y` of a place.
    pub(super) fn row(&mut self, place: Place, y: usize) -> &mut [[u8; 4]] {
        let start = (place.top + y) * self.width + place.left;
        &mut self.pixels[start..start + place.width]
    }

    /// Makes a place transparent.
    pub(super) fn clear(&mut self, place: Place) {
        (0..place.height).for_each(|y| self.row(place, y).fill([0; 4]));
    }

    /// What is drawn, to come back to.
    pub(super) fn save(&self) -> Vec<[u8; 4]> {
        self.pixels.clone()
    }

    pub(super) fn restore(&mut self, saved: Vec<[u8; 4]>) {
        self.pixels = saved;
    }
}

/// Hands out the rows of a canvas.
pub(super) struct CanvasRows {
    pub(super) canvas: Canvas,
    /// The next row.
    next: usize,
}

impl CanvasRows {
    pub(super) fn new(canvas: Canvas) -> Self {
        Self { canvas, next: 0 }
    }

    /// Begins with the first row again.
    pub(super) fn rewind(&mut self) {
        self.next = 0;
    }

    /// Hands out the next row; `false` where there is none.
    pub(super) fn read(&mut self, take: &mut Take<'_>) -> Result<bool, Error> {
        let Canvas { pixels, width } = &self.canvas;
        let Some(row) = pixels.chunks_exact((*width).max(1)).nth(self.next) else { return Ok(false) };
        self.next += 1;
        take(Row::Eight(row.as_flattened()))?;
        Ok(true)
    }
}
