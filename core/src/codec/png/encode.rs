//! PNG encoding by the `png` crate, row by row.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use png::{BitDepth, ColorType, Compression, Info, StreamWriter};

use crate::Error;
use crate::codec::{Cost, Encoder, Settings, defect, trimmed};
use crate::rows::{Layout, Shape};

pub(super) fn cost(shape: &Shape) -> Cost {
    let Shape { width, height, .. } = *shape;
    let layout = shape.layout();
    Cost {
        memory: most_bytes(width, height, layout) + layout.samples(width, 1) * 8 + MACHINERY,
        work: layout.samples(width, height) * 880,
    }
}

/// Windows and tables of the deflater.
const MACHINERY: u64 = 384 << 10;

/// Deflate stores what it cannot compress. The buffer has this size from the start: one that grows while it is written
/// would take up to three times the file.
fn most_bytes(width: u32, height: u32, layout: Layout) -> u64 {
    let raw = layout.samples(width, height) + u64::from(height);
    raw + raw / 256 + 1024
}

pub(super) struct PngEncoder {
    rows: StreamWriter<'static, File>,
    file: File,
    /// Bytes that encoding may take.
    most: u64,
}

impl PngEncoder {
    pub(super) fn new(settings: &Settings, shape: &Shape) -> Result<Self, Error> {
        let failed = |_| defect("png");
        let (width, height, layout) = (shape.width, shape.height, shape.layout());
        let kept = settings.kept.bytes() as usize * 2;
        let file = File::with_capacity(most_bytes(width, height, layout) as usize + kept);
        let mut info = Info::with_size(width, height);
        info.icc_profile = settings.kept.icc.as_deref().map(Cow::Borrowed);
        let mut encoder = png::Encoder::with_info(file.clone(), info).map_err(failed)?;
        encoder.set_color(match layout {
            Layout::Grey => ColorType::Grayscale,
            Layout::Rgb => ColorType::Rgb,
            Layout::Rgba | Layout::Cmyk => ColorType::Rgba,
        });
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        if let Some(xmp) = settings.kept.xmp.as_ref().and_then(|xmp| std::str::from_utf8(xmp).ok()) {
            encoder.add_itxt_chunk("XML:com.adobe.xmp".to_owned(), xmp.to_owned()).map_err(failed)?;
        }
        let mut writer = encoder.write_header().map_err(failed)?;
        if let Some(exif) = &settings.kept.exif {
            writer.write_chunk(png::chunk::eXIf, exif).map_err(failed)?;
        }
        let rows = writer.into_stream_writer().map_err(failed)?;
        Ok(Self { rows, file, most: cost(shape).memory })
    }
}

impl Encoder for PngEncoder {
    fn write_row(&mut self, row: &[u8]) -> Result<(), Error> {
        self.rows.write_all(row).map_err(|_| defect("png"))
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        let Self { rows, file, most } = *self;
        // What ends the file is written when the writer goes.
        rows.finish().map_err(|_| defect("png"))?;
        Ok(trimmed(file.0.take(), most))
    }
}

/// The file, which the writer holds and does not give back.
#[derive(Clone)]
struct File(Rc<RefCell<Vec<u8>>>);

impl File {
    fn with_capacity(bytes: usize) -> Self {
        Self(Rc::new(RefCell::new(Vec::with_capacity(bytes))))
    }
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
