//! The order of things up to samples: header, scans, rows of MCUs.

use crate::coefficients::Coefficients;
use crate::entropy::Entropy;
use crate::error::Error;
use crate::header::{Header, Prologue, read_prologue};
use crate::layout::{Layout, Storage};
use crate::markers::{self, Segments};
use crate::mcu_row::McuRow;
use crate::scan::decode_scan;
use crate::scan_header::{ScanComponent, ScanHeader};
use crate::scan_plan::ScanPlan;
use crate::strip::Strip;
use crate::tables::Tables;

/// Puts a picture's rows of MCUs into a strip, one after the other.
#[derive(Debug)]
pub(crate) struct Mcus<'a> {
    pub(crate) header: Header,
    pub(crate) layout: Layout,
    source: Source<'a>,
    pub(crate) strip: Strip,
    /// Rows of MCUs in the strip or before it.
    pub(crate) done: usize,
    /// Rows of MCUs that the data holds, as far as is known.
    pub(crate) sound: usize,
}

/// Where blocks come from.
#[derive(Debug)]
enum Source<'a> {
    /// A single sequential scan, decoded as rows are asked for.
    Scan { scan: ScanHeader, tables: Box<Tables>, entropy: Entropy<'a> },
    /// All scans are decoded already.
    Coefficients(Box<Coefficients>),
}

/// MCUs from which working out the tables for skipping takes less than they save.
const WORTH_PREPARING: usize = 1024;

/// The heap bytes of what is boxed.
pub(crate) fn heap_bytes(header: &Header, layout: &Layout) -> u64 {
    let coefficients = match header.storage() {
        Storage::Strip => 0,
        Storage::Whole => Coefficients::heap_bytes(layout) + ScanPlan::BYTES,
    };
    Strip::heap_bytes(layout) + coefficients + Tables::heap_bytes(header)
}

impl<'a> Mcus<'a> {
    /// Reads the header, and all scans where there are several. `layout` says how large everything is to be.
    pub(crate) fn new(bytes: &'a [u8], layout: &dyn Fn(&Header) -> Layout) -> Result<Self, Error> {
        let mut tables = Box::new(Tables::new());
        let Prologue { header, first_scan, segments } = read_prologue(bytes, |segment| tables.read(segment))?;
        let layout = layout(&header);
        if heap_bytes(&header, &layout) > isize::MAX as u64 {
            return Err(Error::Unsupported("more memory than this machine can address"));
        }
        let mut strip = Strip::new(&header, &layout);
        let mut sound = layout.mcus_down;
        let source = match header.storage() {
            Storage::Strip => {
                for (index, component) in header.components().iter().enumerate() {
                    let quantiser = tables.quantiser(component.quantiser);
                    strip.set_quantiser(index, quantiser.ok_or(Error::Damaged("no quantisation table"))?);
                }
                let empty =
                    |c: &ScanComponent| tables.dc[c.dc_table].is_empty() || tables.ac[c.ac_table].is_empty();
                if first_scan.components().iter().any(empty) {
                    return Err(Error::Damaged("Huffman table"));
                }
                let skips = layout.components().iter().any(|component| component.last_kept < 63);
                let large = layout.mcus_across * layout.mcus_down >= WORTH_PREPARING;
                tables.prepare(&header, skips && large);
                let entropy = Entropy::new(segments.rest(), tables.restart_interval);
                Source::Scan { scan: first_scan, tables, entropy }
            }
            Storage::Whole => {
                let mut coefficients = Box::new(Coefficients::new(&layout));
                let scans = Scans { header: &header, layout: &layout, tables: &mut tables };
                sound = scans.decode_all(first_scan, segments, &mut coefficients)?;
                for (index, component) in coefficients.components.iter().enumerate() {
                    component.quantiser.iter().for_each(|quantiser| strip.set_quantiser(index, quantiser));
                }
                Source::Coefficients(coefficients)
            }
        };
        let mcus = Mcus { header, layout, source, strip, done: 0, sound };
        mcus.require_half()?;
        Ok(mcus)
    }

    /// Puts one more row of MCUs into the strip, or finds that there is none.
    pub(crate) fn next(&mut self) -> Result<(), Error> {
        let y = self.done;
        match &mut self.source {
            Source::Coefficients(coefficients) => fill_strip(coefficients, &self.layout, &mut self.strip, y),
            Source::Scan { scan, tables, entropy } => {
                let row = McuRow { scan, tables, layout: &self.layout, y };
                if !row.decode(entropy, &mut self.strip) {
                    self.sound = y;
                    return self.require_half();
                }
            }
        }
        self.done += 1;
        Ok(())
    }

    /// Fewer rows than half of the picture's are not worth showing.
    pub(crate) fn require_half(&self) -> Result<(), Error> {
        if self.sound * self.layout.file_rows * 2 < self.header.height as usize {
            return Err(Error::Damaged("less than half of the rows"));
        }
        Ok(())
    }
}

/// Transforms the kept coefficients of a row of MCUs.
#[inline(never)]
fn fill_strip(coefficients: &Coefficients, layout: &Layout, strip: &mut Strip, mcu_row: usize) {
    strip.turn_to(mcu_row);
    let mut block = [0; 64];
    for (index, component) in layout.components().iter().enumerate() {
        let coefficients = &coefficients.components[index];
        let places = strip.places(index);
        for v in 0..component.vertical {
            for x in 0..component.blocks_across {
                let last = coefficients.read(x, mcu_row * component.vertical + v, places, &mut block);
                strip.put(index, x, v, &mut block, last);
            }
        }
    }
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
    #[inline(never)]
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
