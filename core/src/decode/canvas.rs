//! The canvas of an animation, on which frame is drawn upon frame.

use super::{Header, Rows};
use crate::Error;

/// A picture in the making. Where nothing was drawn it is transparent, whatever background a file names, as browsers
/// have it.
pub(super) struct Canvas {
    pixels: Vec<[u8; 4]>,
    width: usize,
    /// The next row to hand out.
    next: usize,
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
        Self { pixels: vec![[0; 4]; width * height], width, next: 0 }
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

impl Rows for Canvas {
    fn read(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let start = self.next * self.width;
        row.copy_from_slice(self.pixels[start..start + self.width].as_flattened());
        self.next += 1;
        Ok(())
    }
}
