//! GIF decoding by the `gif` crate: a still row by row, or frames of an animation as they stand on its canvas.

use std::io::{Chain, Cursor, Read};

use gif::{ColorOutput, DecodeOptions, DisposalMethod, MemoryLimit};

use super::recode;
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
                Block::Control { transparent } if header.frames == 0 && transparent => {
                    header.layout = Layout::Rgba
                }
                Block::Control { .. } => {}
                Block::Image { area: [x, y, w, h], interlaced } => {
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
        let mut options = DecodeOptions::new();
        options.set_color_output(ColorOutput::Indexed);
        // Browsers skip them.
        options.allow_unknown_blocks(true);
        // The frames' buffers are ours, and planned for.
        options.set_memory_limit(MemoryLimit::Unlimited);
        let mut decoder = options.read_info(blocks(file)).map_err(blame)?;
        if header.frames > 1 {
            let frames = Frames { decoder, header, disposal: None };
            return Ok(Box::new(Animation::new(frames, header, selection.frames.clone())));
        }
        let frame = Frame::next(&mut decoder, header)?;
        let whole = if frame.interlaced { Some(frame.deinterlaced(&mut decoder)) } else { None };
        let rows = StillRows {
            line: vec![0; frame.stored_width],
            salvage: Salvage::new(header.width, header.height, header.layout),
            decoder,
            frame,
            whole,
            next: 0,
        };
        Ok(Box::new(Still::new(rows, header.layout.stride(header.width), header.height)))
    }
}

/// Code tables, palettes and the read buffer of the `gif` crate, and a row of a frame, which may be wider than the canvas.
const MACHINERY: u64 = 128 << 10;

/// A file as the `gif` crate reads it.
type Blocks<'a> = Chain<Cursor<Vec<u8>>, &'a [u8]>;

/// The file, with a palette of greys where it has none for all frames: a frame without one of its own then shows its indices
/// as levels of grey, as in Pillow. The `gif` crate refuses such frames.
fn blocks(file: &[u8]) -> Blocks<'_> {
    let (head, rest) = file.split_at(file.len().min(SCREEN));
    let mut head = head.to_vec();
    if let Some(flags) = head.get_mut(10).filter(|flags| **flags & GLOBAL_COLOURS == 0) {
        *flags |= GLOBAL_COLOURS | 7;
        head.extend((0..=u8::MAX).flat_map(|level| [level; 3]));
    }
    Cursor::new(head).chain(rest)
}

/// Bytes of the signature and the logical screen descriptor.
pub(super) const SCREEN: usize = 13;

/// A flag of the latter: a palette for all frames follows.
const GLOBAL_COLOURS: u8 = 0x80;

/// The blocks of a GIF that matter here.
enum Block {
    Control {
        transparent: bool,
    },
    /// Left, top, width and height on the canvas.
    Image {
        area: [u16; 4],
        interlaced: bool,
    },
}

struct Walk<'a> {
    rest: &'a [u8],
}

impl Walk<'_> {
    fn next(&mut self) -> Option<Block> {
        loop {
            let (&kind, after) = self.rest.split_first()?;
            self.rest = after;
            match kind {
                0x21 => {
                    let (&label, after) = self.rest.split_first()?;
                    let transparent = after.get(1).is_some_and(|flags| flags & 1 == 1);
                    self.rest = after;
                    self.pass_over()?;
                    if label == 0xf9 {
                        return Some(Block::Control { transparent });
                    }
                }
                0x2c => {
                    let (&[x0, x1, y0, y1, w0, w1, h0, h1, flags], after) = self.rest.split_first_chunk()?;
                    self.rest = after.get(colour_table(flags) + 1..)?;
                    let area = [[x0, x1], [y0, y1], [w0, w1], [h0, h1]].map(u16::from_le_bytes);
                    // The frame counts even where its data is cut short.
                    if self.pass_over().is_none() {
                        self.rest = &[];
                    }
                    return Some(Block::Image { area, interlaced: flags & 0x40 != 0 });
                }
                // The trailer, or something that no decoder would follow.
                _ => return None,
            }
        }
    }

    /// Passes over a chain of sub-blocks.
    fn pass_over(&mut self) -> Option<()> {
        loop {
            let (&length, after) = self.rest.split_first()?;
            self.rest = after.get(usize::from(length)..)?;
            if length == 0 {
                return Some(());
            }
        }
    }
}

/// Bytes of the colour table that the flags announce.
pub(super) fn colour_table(flags: u8) -> usize {
    if flags & GLOBAL_COLOURS == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where a frame stands and how its indices are coloured.
struct Frame {
    /// What of the frame is on the canvas: a frame may reach over its right and lower edges, which are cut off.
    place: Place,
    /// Width and height as stored.
    stored_width: usize,
    stored_height: usize,
    transparent: Option<u8>,
    disposal: DisposalMethod,
    interlaced: bool,
    palette: Vec<u8>,
}

impl Frame {
    fn next(decoder: &mut gif::Decoder<Blocks<'_>>, header: &Header) -> Result<Self, Error> {
        let frame = decoder.next_frame_info().map_err(blame)?;
        let frame = frame.ok_or_else(|| Error::damaged("The GIF holds fewer frames than it announces."))?;
        let [left, top, width, height] = [frame.left, frame.top, frame.width, frame.height].map(usize::from);
        let (transparent, disposal, interlaced) = (frame.transparent, frame.dispose, frame.interlaced);
        let (canvas_width, canvas_height) = (header.width as usize, header.height as usize);
        let (left, top) = (left.min(canvas_width), top.min(canvas_height));
        let place = Place {
            left,
            top,
            width: width.min(canvas_width - left),
            height: height.min(canvas_height - top),
        };
        let palette = decoder.palette().map_err(blame)?.to_vec();
        Ok(Self {
            place,
            stored_width: width,
            stored_height: height,
            transparent,
            disposal,
            interlaced,
            palette,
        })
    }

    /// The indices of an interlaced frame in the order of its rows, as far as they are on the canvas, and how many rows
    /// from the top are good. Rows that never came repeat the one above.
    fn deinterlaced(&self, decoder: &mut gif::Decoder<Blocks<'_>>) -> (Vec<u8>, usize) {
        let Place { width, height, .. } = self.place;
        let mut indices = vec![0; width * height];
        let mut line = vec![0; self.stored_width];
        // GIF89a appendix E: every eighth row, the ones between, and so on.
        const PASSES: [(usize, usize); 4] = [(0, 8), (4, 8), (2, 4), (1, 2)];
        for (pass, (start, step)) in PASSES.into_iter().enumerate() {
            for row in (start..self.stored_height).step_by(step) {
                if !matches!(decoder.fill_buffer(&mut line), Ok(true)) {
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
    fn indices(&self, decoder: &mut gif::Decoder<Blocks<'_>>) -> (Vec<u8>, usize) {
        if self.interlaced {
            return self.deinterlaced(decoder);
        }
        let Place { width, height, .. } = self.place;
        let mut indices = Vec::with_capacity(width * height);
        let mut line = vec![0; self.stored_width];
        let mut good = 0;
        while good < height && matches!(decoder.fill_buffer(&mut line), Ok(true)) {
            indices.extend_from_slice(&line[..width]);
            good += 1;
        }
        (indices, good)
    }

    /// The colour of an index; black where the palette has no such entry.
    fn colour(&self, index: u8) -> [u8; 4] {
        let at = usize::from(index) * 3;
        match self.palette.get(at..at + 3) {
            _ if self.transparent == Some(index) => [0; 4],
            Some(&[r, g, b]) => [r, g, b, 255],
            _ => [0, 0, 0, 255],
        }
    }
}

/// The only frame of a file, straight from the decoder where its rows are in order.
struct StillRows<'a> {
    decoder: gif::Decoder<Blocks<'a>>,
    frame: Frame,
    /// The indices and the number of good rows of an interlaced frame.
    whole: Option<(Vec<u8>, usize)>,
    line: Vec<u8>,
    next: usize,
    salvage: Salvage<u8>,
}

impl ReadRow<u8> for StillRows<'_> {
    fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        let Self { decoder, frame, whole, line, next, salvage } = self;
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
                None if decoder.fill_buffer(line).map_err(blame)? => {}
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

/// The frames of an animation.
struct Frames<'a> {
    decoder: gif::Decoder<Blocks<'a>>,
    header: &'a Header,
    /// What is to be done before the next frame is drawn.
    disposal: Option<Disposal>,
}

impl DrawFrame for Frames<'_> {
    fn draw(&mut self, canvas: &mut Canvas, is_last: bool) -> Result<(), Error> {
        canvas.dispose(self.disposal.take());
        let frame = Frame::next(&mut self.decoder, self.header)?;
        let place = frame.place;
        self.disposal = match frame.disposal {
            _ if is_last => None,
            DisposalMethod::Previous => Some(Disposal::Restore(canvas.save())),
            DisposalMethod::Background => Some(Disposal::Clear(place)),
            DisposalMethod::Any | DisposalMethod::Keep => None,
        };
        let (indices, good) = frame.indices(&mut self.decoder);
        if good * 2 < place.height {
            return Err(Error::damaged("A frame of the GIF ends before half of its rows."));
        }
        for (y, line) in indices.chunks_exact(place.width.max(1)).take(good).enumerate() {
            for (to, &index) in canvas.row(place, y).iter_mut().zip(line) {
                if frame.transparent != Some(index) {
                    *to = frame.colour(index);
                }
            }
        }
        Ok(())
    }
}

fn blame(error: gif::DecodingError) -> Error {
    match error {
        gif::DecodingError::Io(_) => Error::damaged("The GIF is cut short."),
        _ => Error::damaged("The GIF is damaged."),
    }
}
