//! The order of things: header, scans, rows.

use crate::coefficients::Coefficients;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::header::{Header, Prologue, Scale, read_prologue};
use crate::layout::{Layout, Storage};
use crate::markers::{self, Segments};
use crate::mcu_row::McuRow;
use crate::scan::decode_scan;
use crate::scan_header::ScanHeader;
use crate::scan_plan::ScanPlan;
use crate::strip::Strip;
use crate::tables::Tables;

/// Decodes a picture row by row, at a scale.
#[derive(Debug)]
pub struct Decoder<'a> {
    header: Header,
    layout: Layout,
    source: Source<'a>,
    strip: Strip,
    /// Rows of MCUs in the strip or before it.
    mcu_rows: usize,
    /// Rows of MCUs that the data holds, as far as is known.
    mcu_rows_sound: usize,
    /// Rows handed out.
    rows: usize,
    /// Mean of the last row of the last row of MCUs, by channel.
    mean: [u8; 4],
}

/// Where blocks come from.
#[derive(Debug)]
enum Source<'a> {
    /// A single sequential scan, decoded as rows are asked for.
    Scan { scan: ScanHeader, tables: Box<Tables>, entropy: Entropy<'a> },
    /// All scans are decoded already.
    Coefficients(Box<Coefficients>),
}

/// What a decoder itself takes, as callers may box it. Types that hold pointers differ by machine; such bounds
/// are the same on all.
const DECODER_BYTES: u64 = 2048;
const _: () = assert!(size_of::<Decoder<'_>>() as u64 <= DECODER_BYTES);

/// The heap bytes of a boxed decoder.
pub(crate) fn heap_bytes(header: &Header, layout: &Layout) -> u64 {
    let coefficients = match header.storage() {
        Storage::Strip => 0,
        Storage::Whole => Coefficients::heap_bytes(layout) + ScanPlan::BYTES,
    };
    DECODER_BYTES + Strip::heap_bytes(layout) + coefficients + Tables::BYTES
}

impl<'a> Decoder<'a> {
    /// Reads the header, and all scans where there are several.
    ///
    /// All memory is allocated here: [`Header::memory`] tells how much.
    pub fn new(bytes: &'a [u8], scale: Scale) -> Result<Self, Error> {
        let mut tables = Box::new(Tables::new());
        let Prologue { header, first_scan, segments } = read_prologue(bytes, |segment| tables.read(segment))?;
        let layout = Layout::new(&header, scale);
        if heap_bytes(&header, &layout) > isize::MAX as u64 {
            return Err(Error::Unsupported("more memory than this machine can address"));
        }
        let strip = Strip::new(&header, &layout);
        let mut mcu_rows_sound = layout.mcus_down;
        let source = match header.storage() {
            Storage::Strip => {
                if header.components().iter().any(|c| tables.quantiser(c.quantiser).is_none()) {
                    return Err(Error::Damaged("no quantisation table"));
                }
                if layout.components().iter().any(|component| component.last_kept < 63) {
                    tables.prepare_skipping(&first_scan);
                }
                let entropy = Entropy::new(segments.rest(), tables.restart_interval);
                Source::Scan { scan: first_scan, tables, entropy }
            }
            Storage::Whole => {
                let mut coefficients = Box::new(Coefficients::new(&layout));
                let scans = Scans { header: &header, layout: &layout, tables: &mut tables };
                mcu_rows_sound = scans.decode_all(first_scan, segments, &mut coefficients)?;
                require_half(mcu_rows_sound, &layout, &header)?;
                Source::Coefficients(coefficients)
            }
        };
        Ok(Decoder { header, layout, source, strip, mcu_rows: 0, mcu_rows_sound, rows: 0, mean: [0; 4] })
    }

    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Width and height of the delivered picture.
    pub fn size(&self) -> (u32, u32) {
        (self.layout.width as u32, self.layout.height as u32)
    }

    /// Writes the next row. `row` has width × channels bytes; the order of channels is red, green, blue, or
    /// cyan, magenta, yellow, black with 0 for no ink and 255 for full ink.
    ///
    /// Where the data ends early, but not before half of the rows, what is missing is filled with the mean
    /// colour of the last row there is.
    ///
    /// # Panics
    ///
    /// If `row` has another length, or all rows have been read.
    pub fn read_row(&mut self, row: &mut [u8]) -> Result<(), Error> {
        assert_eq!(row.len(), self.layout.width * self.header.channels(), "length of a row");
        assert!(self.rows < self.layout.height, "rows are left");
        let y = self.rows;
        while y < self.sound_rows() && self.mcu_rows <= self.strip.mcu_row_needed(y, self.sound_rows()) {
            self.next_mcu_row()?;
        }
        if y < self.sound_rows() {
            self.strip.write_row(y, self.mcu_rows_sound, row);
            if (y + 1).is_multiple_of(self.layout.mcu_rows) {
                self.mean = mean(row, self.header.channels());
            }
        } else {
            require_half(self.mcu_rows_sound, &self.layout, &self.header)?;
            let channels = self.header.channels();
            row.chunks_exact_mut(channels).for_each(|pixel| pixel.copy_from_slice(&self.mean[..channels]));
        }
        self.rows += 1;
        Ok(())
    }

    /// How many of the rows read so far the data really held; those behind them are filled.
    pub fn rows_decoded(&self) -> u32 {
        self.rows.min(self.sound_rows()) as u32
    }

    fn sound_rows(&self) -> usize {
        self.strip.rows_in(self.mcu_rows_sound)
    }

    /// Puts one more row of MCUs into the strip, or finds that there is none.
    fn next_mcu_row(&mut self) -> Result<(), Error> {
        let y = self.mcu_rows;
        match &mut self.source {
            Source::Coefficients(coefficients) => fill_strip(coefficients, &self.layout, &mut self.strip, y),
            Source::Scan { scan, tables, entropy } => {
                let row = McuRow { scan, tables, layout: &self.layout, header: &self.header, y };
                if !row.decode(entropy, &mut self.strip) {
                    self.mcu_rows_sound = y;
                    return require_half(y, &self.layout, &self.header);
                }
            }
        }
        self.mcu_rows += 1;
        Ok(())
    }
}

/// Fewer rows than half of the picture's are not worth showing.
fn require_half(mcu_rows: usize, layout: &Layout, header: &Header) -> Result<(), Error> {
    if mcu_rows * layout.file_rows * 2 < header.height as usize {
        return Err(Error::Damaged("less than half of the rows"));
    }
    Ok(())
}

/// Transforms the kept coefficients of a row of MCUs.
fn fill_strip(coefficients: &Coefficients, layout: &Layout, strip: &mut Strip, mcu_row: usize) {
    for (index, component) in layout.components().iter().enumerate() {
        let coefficients = &coefficients.components[index];
        let places = strip.places(index);
        for y in mcu_row * component.vertical..(mcu_row + 1) * component.vertical {
            for x in 0..component.blocks_across {
                let mut block = [0; 64];
                let last = coefficients.dequantise(x, y, places, &mut block);
                strip.put(index, x, y, &block, last);
            }
        }
    }
}

/// The mean of each channel, rounded.
fn mean(row: &[u8], channels: usize) -> [u8; 4] {
    match channels {
        1 => mean_of::<1>(row),
        3 => mean_of::<3>(row),
        _ => mean_of::<4>(row),
    }
}

fn mean_of<const CHANNELS: usize>(row: &[u8]) -> [u8; 4] {
    let (pixels, _) = row.as_chunks::<CHANNELS>();
    let mut sums = [0u32; 4];
    for pixel in pixels {
        for (sum, &value) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(value);
        }
    }
    let count = pixels.len() as u32;
    sums.map(|sum| ((sum + count / 2) / count) as u8)
}

/// The scans of a picture whose coefficients are kept.
struct Scans<'s> {
    header: &'s Header,
    layout: &'s Layout,
    tables: &'s mut Tables,
}

impl Scans<'_> {
    /// Decodes all scans that matter. Returns how many rows of MCUs the first one covers.
    ///
    /// Once there is a picture, whatever is wrong with later scans only means that they do not improve it.
    fn decode_all(
        self,
        first: ScanHeader,
        mut segments: Segments<'_>,
        coefficients: &mut Coefficients,
    ) -> Result<usize, Error> {
        let mut plan = ScanPlan::new(self.header, self.layout, &first, segments)?;
        let covered = self.decode(&first, segments.rest(), coefficients);
        plan.next();
        while let Some(segment) = segments.next() {
            if segment.marker != markers::SOS {
                if self.tables.read(segment).is_err() {
                    break;
                }
                continue;
            }
            let Ok(scan) = ScanHeader::parse(segment.payload, self.header) else { break };
            if plan.next() == Some(true) {
                self.decode(&scan, segments.rest(), coefficients);
            }
        }
        Ok(covered)
    }

    fn decode(&self, scan: &ScanHeader, data: &[u8], coefficients: &mut Coefficients) -> usize {
        if !coefficients.advance(scan) {
            return 0;
        }
        for component in scan.components() {
            let quantiser = self.tables.quantiser(self.header.components[component.index].quantiser);
            coefficients.components[component.index].set_quantiser(quantiser);
        }
        decode_scan(scan, self.header.progressive, self.layout, self.tables, coefficients, data)
    }
}
