//! The canvas of an animation, on which frame is drawn upon frame.

use std::ops::Range;

use super::{Decoder, Header};
use crate::Error;
use crate::pipeline::over;
use crate::rows::{Row, Take};

/// A picture in the making. Where nothing was drawn it is transparent, whatever background a file names, as browsers
/// have it.
pub(super) struct Canvas {
    pixels: Vec<[u8; 4]>,
    width: usize,
}

/// What becomes of a frame before the next one is drawn.
pub(super) enum Disposal {
    /// Its place becomes transparent.
    Clear(Place),
    /// The canvas becomes what it was.
    Restore(Vec<[u8; 4]>),
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
    fn clear(&mut self, place: Place) {
        (0..place.height).for_each(|y| self.row(place, y).fill([0; 4]));
    }

    /// What is drawn, to come back to.
    pub(super) fn save(&self) -> Vec<[u8; 4]> {
        self.pixels.clone()
    }

    /// Does what is to be done before the next frame is drawn.
    pub(super) fn dispose(&mut self, disposal: Option<Disposal>) {
        match disposal {
            Some(Disposal::Clear(place)) => self.clear(place),
            Some(Disposal::Restore(saved)) => self.pixels = saved,
            None => {}
        }
    }

    /// Draws row `y` of a frame, over what is there or in its place.
    pub(super) fn draw_row(
        &mut self,
        place: Place,
        y: usize,
        row: impl Iterator<Item = [u8; 4]>,
        blend: bool,
    ) {
        for (to, pixel) in self.row(place, y).iter_mut().zip(row) {
            let [red, green, blue, alpha] = pixel;
            if !blend || alpha == 255 {
                *to = pixel;
            } else if alpha > 0 {
                let [r, g, b, a] = *to;
                let ([red, green, blue], alpha) = over([red, green, blue], alpha, [r, g, b], a);
                *to = [red, green, blue, alpha];
            }
        }
    }
}

/// Draws the frames of a file, one upon the other.
pub(super) trait DrawFrame {
    /// Makes ready what the frame before left, and draws the next one. `is_last`: no further one will be drawn.
    fn draw(&mut self, canvas: &mut Canvas, is_last: bool) -> Result<(), Error>;
}

/// The decoder of an animation: frames as they stand on their canvas.
pub(super) struct Animation<F> {
    frames: F,
    canvas: Canvas,
    selected: Range<u32>,
    /// Frames that are drawn.
    drawn: u32,
    /// The next row to hand out.
    row: usize,
}

impl<F: DrawFrame> Animation<F> {
    pub(super) fn new(frames: F, header: &Header, selected: Range<u32>) -> Self {
        Self { frames, canvas: Canvas::new(header), selected, drawn: 0, row: 0 }
    }
}

impl<F: DrawFrame> Decoder for Animation<F> {
    fn next_frame(&mut self) -> Result<bool, Error> {
        if self.drawn >= self.selected.end {
            return Ok(false);
        }
        // A frame shows what is left of those before it.
        let wanted = u32::max(self.drawn, self.selected.start);
        while self.drawn <= wanted {
            self.drawn += 1;
            self.frames.draw(&mut self.canvas, self.drawn == self.selected.end)?;
        }
        self.row = 0;
        Ok(true)
    }

    fn read(&mut self, take: &mut Take<'_>) -> Result<bool, Error> {
        let Canvas { pixels, width } = &self.canvas;
        let Some(row) = pixels.chunks_exact((*width).max(1)).nth(self.row) else { return Ok(false) };
        self.row += 1;
        take(Row::Eight(row.as_flattened()))?;
        Ok(true)
    }
}
