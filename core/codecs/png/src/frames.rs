//! The frames of an animation (PNG section 11.3.6).

use crate::chunks::{Chunks, PixelData};
use crate::header::Header;

/// A frame: where it stands on the canvas, and how it is drawn.
///
/// ```
/// use edgepix_png::Frame;
///
/// /// How long a frame is shown, in milliseconds.
/// fn milliseconds(frame: &Frame<'_>) -> f64 {
///     let (numerator, denominator) = frame.delay;
///     1000.0 * f64::from(numerator) / if denominator == 0 { 100.0 } else { f64::from(denominator) }
/// }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// Pixels across, at least 1.
    pub width: u32,
    /// Pixels down, at least 1.
    pub height: u32,
    /// Pixels of the canvas to the left of it.
    pub left: u32,
    /// Pixels of the canvas above it.
    pub top: u32,
    /// How long it is shown, in seconds, as numerator and denominator; a denominator of 0 means 100.
    pub delay: (u16, u16),
    /// What becomes of it before the next one.
    pub dispose: Dispose,
    /// Whether it is blended over what is there, instead of taking its place.
    pub blend: bool,
    pub(crate) data: PixelData<'a>,
}

/// What becomes of a frame before the next one is drawn.
///
/// ```
/// use edgepix_png::Dispose;
///
/// /// Whether a player has to keep a copy of the canvas.
/// fn needs_a_copy(dispose: Dispose) -> bool {
///     dispose == Dispose::Previous
/// }
/// assert!(!needs_a_copy(Dispose::Background));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispose {
    /// It stays.
    None,
    /// Its place becomes transparent.
    Background,
    /// Its place becomes what it was before.
    Previous,
}

/// Walks over the frames of a file. It ends where a frame is not what the standard allows, and behind as many as the file
/// announces. Nothing is allocated.
///
/// ```
/// use edgepix_png::{Decoder, Dispose, Error, Frame, Frames, Header};
///
/// /// Draws each frame on its own; a player composes them.
/// fn draw(file: &[u8], mut row_of: impl FnMut(&Frame<'_>, &[u8])) -> Result<(), Error> {
///     let header = Header::read(file)?;
///     for frame in Frames::new(file, &header) {
///         let mut decoder = Decoder::of_frame(file, &header, &frame);
///         let mut row = vec![0; frame.width as usize * header.channels()];
///         for _ in 0..frame.height {
///             decoder.read_row(&mut row)?;
///             row_of(&frame, &row);
///         }
///         assert!(frame.dispose == Dispose::None, "a player would clear or restore the frame's place");
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Frames<'a> {
    chunks: Chunks<'a>,
    canvas: (u32, u32),
    /// Frames that are left by what the file announces, once it has.
    left: Option<u32>,
    pixels_seen: bool,
    is_first: bool,
}

impl Frame<'_> {
    /// Whether this is the image that programs show which know no animations.
    pub fn is_default_image(&self) -> bool {
        self.data.is_idat()
    }
}

impl<'a> Frames<'a> {
    /// The frames of a file whose header was read.
    pub fn new(file: &'a [u8], header: &Header) -> Self {
        let chunks = Chunks::new(file);
        Self { chunks, canvas: (header.width, header.height), left: None, pixels_seen: false, is_first: true }
    }

    /// How many there are.
    pub(crate) fn count_all(self) -> u32 {
        // At most 2³² chunks of 12 bytes.
        self.count().try_into().unwrap_or(u32::MAX)
    }

    /// The next frame, whatever the file announces.
    fn find(&mut self) -> Option<Frame<'a>> {
        let mut control: Option<Frame<'a>> = None;
        loop {
            let chunk = self.chunks.next()?;
            match &chunk.kind {
                b"acTL" if !self.pixels_seen && self.left.is_none() => {
                    let (frames, _) = chunk.data.split_first_chunk::<4>()?;
                    self.left = Some(u32::from_be_bytes(*frames));
                }
                b"fcTL" => {
                    let frame = read(chunk.data).filter(|frame| self.holds(frame));
                    // The default image is a frame only if it covers the canvas.
                    let full = |frame: &Frame<'_>| (frame.width, frame.height) == self.canvas;
                    control = if self.pixels_seen { Some(frame?) } else { frame.filter(full) };
                }
                b"IDAT" if !self.pixels_seen => {
                    self.pixels_seen = true;
                    // An animation is announced before the pixels.
                    self.left?;
                    if let Some(frame) = control.take() {
                        return Some(Frame { data: PixelData::new(chunk, self.chunks), ..frame });
                    }
                }
                b"fdAT" => {
                    if let Some(frame) = control.take() {
                        return Some(Frame { data: PixelData::new(chunk, self.chunks), ..frame });
                    }
                }
                _ => {}
            }
        }
    }

    fn holds(&self, frame: &Frame<'_>) -> bool {
        let fits = |start: u32, length: u32, side: u32| {
            length > 0 && start.checked_add(length).is_some_and(|end| end <= side)
        };
        fits(frame.left, frame.width, self.canvas.0) && fits(frame.top, frame.height, self.canvas.1)
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Frame<'a>;

    fn next(&mut self) -> Option<Frame<'a>> {
        if self.left == Some(0) {
            return None;
        }
        // How many there are is known once the first was found, and none after one that is not allowed.
        let found = self.find().zip(self.left.and_then(|left| left.checked_sub(1)));
        self.left = Some(found.map_or(0, |(_, left)| left));
        let (mut frame, _) = found?;
        if self.is_first && frame.dispose == Dispose::Previous {
            // There is nothing to come back to.
            frame.dispose = Dispose::Background;
        }
        self.is_first = false;
        Some(frame)
    }
}

/// Reads the data of an `fcTL` chunk.
fn read(data: &[u8]) -> Option<Frame<'_>> {
    let &[_, _, _, _, numbers @ .., d0, d1, e0, e1, dispose, blend] = data.first_chunk::<26>()?;
    let [width, height, left, top] = *numbers.as_chunks::<4>().0 else { return None };
    Some(Frame {
        width: u32::from_be_bytes(width),
        height: u32::from_be_bytes(height),
        left: u32::from_be_bytes(left),
        top: u32::from_be_bytes(top),
        delay: (u16::from_be_bytes([d0, d1]), u16::from_be_bytes([e0, e1])),
        dispose: match dispose {
            1 => Dispose::Background,
            2 => Dispose::Previous,
            _ => Dispose::None,
        },
        blend: blend == 1,
        data: PixelData::none(),
    })
}
