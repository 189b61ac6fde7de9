//! From a header to samples: the order of scans and rows of MCUs.

use crate::decode::coefficient_scan::decode_scan;
use crate::decode::coefficients::Coefficients;
use crate::decode::colour::Conversion;
use crate::decode::cost;
use crate::decode::entropy::scan_data::ScanData;
use crate::decode::frame::Frame;
use crate::decode::geometry::Geometry;
use crate::decode::header::Header;
use crate::decode::needed_scans::NeededScans;
use crate::decode::samples::SampleRows;
use crate::decode::scan_header::{ScanComponent, ScanHeader};
use crate::decode::sequential_scan::SequentialRow;
use crate::decode::tables::Tables;
use crate::error::Error;
use crate::marker::SOS;
use crate::segments::Segments;

/// Decodes a picture's rows of MCUs to samples, one after the other.
#[derive(Debug)]
pub(crate) struct McuRows<'a> {
    pub(crate) header: Header,
    pub(crate) geometry: Geometry,
    blocks: BlockSource<'a>,
    pub(crate) samples: SampleRows,
    /// Rows of MCUs decoded: the last ones are in `samples`.
    pub(crate) done: usize,
    /// Rows of MCUs that the data holds, as far as is known.
    pub(crate) intact: usize,
}

/// Where blocks come from.
#[derive(Debug)]
enum BlockSource<'a> {
    /// A single sequential scan, decoded as rows are asked for.
    Scan { tables: Box<Tables>, data: ScanData<'a> },
    /// All scans are decoded already.
    Coefficients(Box<Coefficients>),
}

/// MCUs from which working out the tables for skipping takes less than they save.
const WORTH_PREPARING: usize = 1024;

impl<'a> McuRows<'a> {
    /// Decodes all scans where there are several.
    pub(crate) fn new(bytes: &'a [u8], header: Header, geometry: Geometry) -> Result<Self, Error> {
        if cost::mcu_rows_bytes(&header, &geometry) > isize::MAX as u64 {
            return Err(Error::Unsupported("more memory than this machine can address"));
        }
        let mut tables = Tables::load(bytes, &header.tables)?;
        let segments = Segments::starting_at(bytes, header.scan_data);
        let mut samples = SampleRows::new(&geometry, Conversion::new(&header));
        let mut intact = geometry.mcus_down;
        let blocks = if header.is_multi_scan() {
            let mut coefficients = Box::new(Coefficients::new(&geometry));
            let scans = Scans { frame: &header.frame, geometry: &geometry, tables: &mut tables };
            intact = scans.decode_all(&header.first_scan, segments, &mut coefficients)?;
            for (index, component) in coefficients.components.iter().enumerate() {
                if let Some(table) = &component.quantisation_table {
                    samples.set_quantisation_table(index, table);
                }
            }
            BlockSource::Coefficients(coefficients)
        } else {
            for (index, component) in header.components().iter().enumerate() {
                let table = tables.quantisation_table(component.quantisation_table);
                samples.set_quantisation_table(index, table.ok_or(Error::Damaged("no quantisation table"))?);
            }
            let empty =
                |c: &ScanComponent| tables.dc[c.dc_table].is_empty() || tables.ac[c.ac_table].is_empty();
            if header.first_scan.components().iter().any(empty) {
                return Err(Error::Damaged("Huffman table"));
            }
            let skips = geometry.components().iter().any(|component| component.last_kept < 63);
            let large = geometry.mcus_across * geometry.mcus_down >= WORTH_PREPARING;
            tables.prepare(header.fast_ac_tables(), skips && large);
            let data = ScanData::new(segments.rest(), tables.restart_interval);
            BlockSource::Scan { tables, data }
        };
        let mcu_rows = McuRows { header, geometry, blocks, samples, done: 0, intact };
        mcu_rows.require_half()?;
        Ok(mcu_rows)
    }

    /// Decodes one more row of MCUs, or finds that there is none.
    pub(crate) fn next(&mut self) -> Result<(), Error> {
        let y = self.done;
        match &mut self.blocks {
            BlockSource::Coefficients(coefficients) => {
                read_coefficients(coefficients, &self.geometry, &mut self.samples, y);
            }
            BlockSource::Scan { tables, data } => {
                let row =
                    SequentialRow { scan: &self.header.first_scan, tables, geometry: &self.geometry, y };
                if !row.decode(data, &mut self.samples) {
                    self.intact = y;
                    return self.require_half();
                }
            }
        }
        self.done += 1;
        Ok(())
    }

    /// Fewer rows than half of the picture's are not worth showing.
    fn require_half(&self) -> Result<(), Error> {
        if self.intact * self.geometry.file_rows * 2 < self.header.height() as usize {
            return Err(Error::Damaged("less than half of the rows"));
        }
        Ok(())
    }
}

/// Transforms the kept coefficients of a row of MCUs.
#[inline(never)]
fn read_coefficients(
    coefficients: &Coefficients,
    geometry: &Geometry,
    samples: &mut SampleRows,
    mcu_row: usize,
) {
    samples.begin_mcu_row(mcu_row);
    let mut block = [0; 64];
    for (index, component) in geometry.components().iter().enumerate() {
        let coefficients = &coefficients.components[index];
        let places = samples.places(index);
        for v in 0..component.vertical {
            for x in 0..component.blocks_across {
                let last = coefficients.read(x, mcu_row * component.vertical + v, places, &mut block);
                samples.put(index, x, v, &mut block, last);
            }
        }
    }
}

/// The scans of a picture whose coefficients are kept.
pub(crate) struct Scans<'s> {
    pub(crate) frame: &'s Frame,
    pub(crate) geometry: &'s Geometry,
    pub(crate) tables: &'s mut Tables,
}

impl Scans<'_> {
    /// Decodes all scans that matter. Returns how many rows of MCUs the first one covers.
    ///
    /// Once there is a picture, whatever is wrong with later scans only means that they do not improve it.
    #[inline(never)]
    fn decode_all(
        self,
        first: &ScanHeader,
        mut segments: Segments<'_>,
        coefficients: &mut Coefficients,
    ) -> Result<usize, Error> {
        let mut needed = NeededScans::new(self.frame, self.geometry, first, segments)?;
        let (covered, _) = self.decode(first, segments.rest(), coefficients);
        needed.next();
        while let Some(segment) = segments.next() {
            if segment.marker != SOS {
                if self.tables.read(segment).is_err() {
                    break;
                }
                continue;
            }
            let Ok(scan) = ScanHeader::parse(segment.payload, self.frame) else { break };
            if needed.next() == Some(true) {
                self.decode(&scan, segments.rest(), coefficients);
            }
        }
        Ok(covered)
    }

    /// Decodes all scans, and notes them. `false` where anything is missing or broken.
    #[inline(never)]
    pub(crate) fn decode_whole(
        self,
        first: &ScanHeader,
        mut segments: Segments<'_>,
        coefficients: &mut Coefficients,
        scans: &mut Vec<ScanHeader>,
    ) -> Result<bool, Error> {
        let mut next = Some(*first);
        while let Some(scan) = next {
            let (_, is_intact) = self.decode(&scan, segments.rest(), coefficients);
            if !is_intact || scans.len() == NeededScans::MOST {
                return Ok(false);
            }
            scans.push(scan);
            next = None;
            for segment in segments.by_ref() {
                if segment.marker == SOS {
                    next = Some(ScanHeader::parse(segment.payload, self.frame)?);
                    break;
                }
                self.tables.read(segment)?;
            }
        }
        Ok(coefficients.is_complete(self.frame.components().len()))
    }

    fn decode(&self, scan: &ScanHeader, data: &[u8], coefficients: &mut Coefficients) -> (usize, bool) {
        if !coefficients.advance(scan) {
            return (0, false);
        }
        for component in scan.components() {
            let number = self.frame.components()[component.index].quantisation_table;
            let table = self.tables.quantisation_table(number);
            coefficients.components[component.index].set_quantisation_table(table);
        }
        decode_scan(scan, self.frame.progressive, self.geometry, self.tables, coefficients, data)
    }
}
