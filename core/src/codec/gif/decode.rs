//! GIF decoding: a still row by row, or frames of an animation as they stand on its canvas.

use super::blocks::{Block, Control, SCREEN, Walk, colour_table};
use super::recode;
use super::unpack::{self, Unpacker};
use crate::codec::canvas::{Animation, Canvas, Disposal, DrawFrame, Place};
use crate::codec::decoder::{ReadRow, Salvage, Still};
use crate::codec::{Cost, Decoder, Header, Image, Selection, Settings};
use crate::rows::Layout;
use crate::{Error, Format, Orientation};

#[derive(Debug)]
pub(super) struct GifImage {
    header: Header,
    /// Pixels of the largest frame, as stored: it may reach over the canvas.
    largest_frame: u64,
}

impl GifImage {
    /// Walks the blocks (GIF89a specification, sections 17 to 27), passing over the coded pixels.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let cut = || Error::damaged("The GIF's header is cut short.");
        let [w0, w1, h0, h1, flags, ..] = *bytes.get(6..13).ok_or_else(cut)? else { return Err(cut()) };
        let (width, height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
        let mut walk = Walk { rest: bytes.get(SCREEN + colour_table(flags)..).ok_or_else(cut)? };
        let mut header = Header::new(Format::Gif, width.into(), height.into(), Layout::Rgb);
        header.frames = 0;
        let mut largest_frame = 0;
        // A file that ends between its blocks still has the frames before.
        while let Some(block) = walk.next() {
            match block {
                Block::Control(control) if header.frames == 0 && control.transparent.is_some() => {
                    header.layout = Layout::Rgba
                }
                Block::Control(_) => {}
                Block::Image { area: [x, y, w, h], interlaced, .. } => {
                    if header.frames == 0 {
                        header.progressive = interlaced;
                        // Some encoders leave the canvas empty and mean the first frame's size.
                        if header.width == 0 || header.height == 0 {
                            (header.width, header.height) =
                                (u32::from(x) + u32::from(w), u32::from(y) + u32::from(h));
                        }
                        let covers =
                            x == 0 && y == 0 && u32::from(w) >= header.width && u32::from(h) >= header.height;
                        if !covers {
                            header.layout = Layout::Rgba;
                        }
                    } else {
                        // Later frames may uncover what is behind the first one.
                        header.layout = Layout::Rgba;
                    }
                    header.frames += 1;
                    largest_frame = u64::max(largest_frame, u64::from(w) * u64::from(h));
                }
            }
        }
        if header.frames == 0 {
            return Err(Error::damaged("The GIF holds no image."));
        }
        Ok(Self { header, largest_frame })
    }
}

const _: () = assert!(size_of::<GifImage>() as u64 <= crate::codec::IMAGE_BYTES);

impl Image for GifImage {
    fn header(&self) -> &Header {
        &self.header
    }

    fn is_lossless(&self, _: &[u8]) -> bool {
        true
    }

    fn streams(&self) -> bool {
        !self.header.progressive && self.header.frames == 1
    }

    fn recoding_cost(&self, file: &[u8], _: &Settings, _: Orientation) -> Option<Cost> {
        let bytes = file.len() as u64;
        Some(Cost {
            memory: bytes + recode::OWN_BYTES + recode::SPARE as u64,
            work: bytes.saturating_mul(90),
        })
    }

    fn recode(&self, file: &[u8], _: &Settings, _: Orientation, most: usize) -> Option<Vec<u8>> {
        recode::recode(file, most.min(file.len() + recode::SPARE))
    }

    /// A still streams, or holds one byte a pixel where it is interlaced; an animation needs a canvas in colours, a frame
    /// of indices, and a copy of the canvas where a frame asks to be undone.
    fn decoding_cost(&self, file: &[u8], selection: &Selection) -> Result<Cost, Error> {
        let header = &self.header;
        let bytes = match (header.frames, header.progressive) {
            (1, false) => 0,
            (1, true) => 1,
            _ => 4 + 1 + 4,
        };
        // The frames up to the last one selected have as much of the file as if all were alike.
        let frames = u64::from(selection.frames.end);
        let coded = (file.len() as u64).saturating_mul(frames) / u64::from(header.frames.max(1));
        let rows = u64::from(header.width) * 4 + header.layout.stride(header.width) as u64;
        let pixels = u64::max(header.pixels(), self.largest_frame);
        Ok(Cost {
            memory: header.pixels() * bytes + rows + MACHINERY,
            work: (coded * 410).saturating_add(pixels.saturating_mul(frames * 20)),
        })
    }

    fn decoder<'a>(&'a self, file: &'a [u8], selection: &Selection) -> Result<Box<dyn Decoder + 'a>, Error> {
        let header = &self.header;
        let mut frames = Frames::new(file, header);
        if header.frames > 1 {
            return Ok(Box::new(Animation::new(frames, header, selection.frames.clone())));
        }
        let mut frame = frames.next()?;
        let whole = if frame.interlaced { Some(frame.deinterlaced()) } else { None };
        let rows = StillRows {
            line: vec![0; frame.stored_width],
            salvage: Salvage::new(header.width, header.height, header.layout),
            frame,
            whole,
            next: 0,
        };
        Ok(Box::new(Still::new(rows, header.layout.stride(header.width), header.height)))
    }
}

/// Code tables, and a row of a frame, which may be wider than the canvas.
const MACHINERY: u64 = unpack::MEMORY + (68 << 10);

/// Where a frame stands, its indices, and how they are coloured.
struct Frame<'a> {
    /// What of the frame is on the canvas: a frame may reach over its right and lower edges, which are cut off.
    place: Place,
    /// Width and height as stored.
    stored_width: usize,
    stored_height: usize,
    control: Control,
    interlaced: bool,
    palette: &'a [u8],
    unpacker: Unpacker<'a>,
}

impl Frame<'_> {
    /// The indices of an interlaced frame in the order of its rows, as far as they are on the canvas, and how many rows
    /// from the top are good. Rows that never came repeat the one above.
    fn deinterlaced(&mut self) -> (Vec<u8>, usize) {
        let Place { width, height, .. } = self.place;
        let mut indices = vec![0; width * height];
        let mut line = vec![0; self.stored_width];
        // GIF89a appendix E: every eighth row, the ones between, and so on.
        const PASSES: [(usize, usize); 4] = [(0, 8), (4, 8), (2, 4), (1, 2)];
        for (pass, (start, step)) in PASSES.into_iter().enumerate() {
            for row in (start..self.stored_height).step_by(step) {
                if !self.unpacker.read(&mut line) {
                    return (indices, if pass == 0 { row.min(height) } else { height });
                }
                // What this pass does not bring stays as the passes before had it; the first fills all.
                let below = if pass == 0 { 8 } else { step / 2 };
                for y in row..(row + below).min(height) {
                    indices[y * width..(y + 1) * width].copy_from_slice(&line[..width]);
                }
            }
        }
        (indices, height)
    }

    /// The frame's indices as far as they are on the canvas, and how many rows are good.
    fn indices(&mut self) -> (Vec<u8>, usize) {
        if self.interlaced {
            return self.deinterlaced();
        }
        let Place { width, height, .. } = self.place;
        let mut indices = Vec::with_capacity(width * height);
        let mut line = vec![0; self.stored_width];
        let mut good = 0;
        while good < height && self.unpacker.read(&mut line) {
            indices.extend_from_slice(&line[..width]);
            good += 1;
        }
        (indices, good)
    }

    /// The colour of an index; black where the palette has no such entry.
    fn colour(&self, index: u8) -> [u8; 4] {
        let at = usize::from(index) * 3;
        match self.palette.get(at..at + 3) {
            _ if self.control.transparent == Some(index) => [0; 4],
            Some(&[r, g, b]) => [r, g, b, 255],
            _ => [0, 0, 0, 255],
        }
    }
}

/// The only frame of a file, straight from the decoder where its rows are in order.
struct StillRows<'a> {
    frame: Frame<'a>,
    /// The indices and the number of good rows of an interlaced frame.
    whole: Option<(Vec<u8>, usize)>,
    line: Vec<u8>,
    next: usize,
    salvage: Salvage<u8>,
}

impl ReadRow<u8> for StillRows<'_> {
    fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let Self { frame, whole, line, next, salvage } = self;
        let layout = salvage.layout;
        salvage.read(row, |row| {
            let y = *next;
            *next += 1;
            row.fill(0);
            let Place { left, top, width, height } = frame.place;
            if !(top..top + height).contains(&y) {
                return Ok(());
            }
            let at = y - top;
            let cut = || Error::damaged("The GIF ends before half of its rows.");
            match whole {
                Some((indices, good)) if at < *good => {
                    line[..width].copy_from_slice(&indices[at * width..][..width])
                }
                Some(_) => return Err(cut()),
                None if frame.unpacker.read(line) => {}
                None => return Err(cut()),
            }
            let channels = layout.channels();
            for (to, &index) in row[left * channels..].chunks_exact_mut(channels).zip(&line[..width]) {
                to.copy_from_slice(&frame.colour(index)[..channels]);
            }
            Ok(())
        })
    }
}

/// Frames without a palette, in a file without one, show their indices as levels of grey, as in Pillow.
static GREYS: [u8; 768] = {
    let mut greys = [0; 768];
    let mut at = 0;
    while at < greys.len() {
        greys[at] = (at / 3) as u8;
        at += 1;
    }
    greys
};

/// The frames of a file, one after the other.
struct Frames<'a> {
    walk: Walk<'a>,
    /// What frames without a palette of their own have.
    palette: &'a [u8],
    header: &'a Header,
    /// What is to be done before the next frame is drawn.
    disposal: Option<Disposal>,
}

impl<'a> Frames<'a> {
    /// `file`: whose header was read.
    fn new(file: &'a [u8], header: &'a Header) -> Self {
        let size = file.get(10).map_or(0, |flags| colour_table(*flags));
        let (palette, rest) =
            file.get(SCREEN..).and_then(|rest| rest.split_at_checked(size)).unwrap_or_default();
        let palette = if palette.is_empty() { &GREYS } else { palette };
        Self { walk: Walk { rest }, palette, header, disposal: None }
    }

    fn next(&mut self) -> Result<Frame<'a>, Error> {
        let mut last = Control::default();
        while let Some(block) = self.walk.next() {
            match block {
                Block::Control(control) => last = control,
                Block::Image { area, interlaced, palette, data } => {
                    let [left, top, width, height] = area.map(usize::from);
                    let canvas = (self.header.width as usize, self.header.height as usize);
                    let (left, top) = (left.min(canvas.0), top.min(canvas.1));
                    return Ok(Frame {
                        place: Place {
                            left,
                            top,
                            width: width.min(canvas.0 - left),
                            height: height.min(canvas.1 - top),
                        },
                        stored_width: width,
                        stored_height: height,
                        control: last,
                        interlaced,
                        palette: if palette.is_empty() { self.palette } else { palette },
                        unpacker: Unpacker::new(data),
                    });
                }
            }
        }
        Err(Error::damaged("The GIF holds fewer frames than it announces."))
    }
}

impl DrawFrame for Frames<'_> {
    fn draw(&mut self, canvas: &mut Canvas, is_last: bool) -> Result<(), Error> {
        canvas.dispose(self.disposal.take());
        let mut frame = self.next()?;
        let place = frame.place;
        self.disposal = match frame.control.disposal {
            _ if is_last => None,
            2 => Some(Disposal::Clear(place)),
            3 => Some(Disposal::Restore(canvas.save())),
            _ => None,
        };
        let (indices, good) = frame.indices();
        if good * 2 < place.height {
            return Err(Error::damaged("A frame of the GIF ends before half of its rows."));
        }
        for (y, line) in indices.chunks_exact(place.width.max(1)).take(good).enumerate() {
            for (to, &index) in canvas.row(place, y).iter_mut().zip(line) {
                if frame.control.transparent != Some(index) {
                    *to = frame.colour(index);
                }
            }
        }
        Ok(())
    }
}
