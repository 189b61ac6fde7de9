//! Decodes the blocks of a single sequential scan one by one, as they are stored.

use crate::decode::cost;
use crate::decode::entropy::scan_data::{Condition, ScanData};
use crate::decode::entropy::sequential_block::{self, BlockTables};
use crate::decode::geometry::Geometry;
use crate::decode::header::{Header, colour_markers};
use crate::decode::scale::Scale;
use crate::decode::tables::Tables;
use crate::decode::whole::{Structure, TakeBlock};
use crate::error::Error;
use crate::segments::Segments;
use crate::zigzag::ZIGZAG;

/// An intact file of one sequential scan, which can be read as often as is needed.
#[derive(Debug)]
pub(crate) struct BlockScan<'a> {
    bytes: &'a [u8],
    header: &'a Header,
    geometry: Geometry,
    tables: Box<Tables>,
    pub(crate) structure: Structure,
}

impl<'a> BlockScan<'a> {
    /// `header`: of a file that is not of several scans.
    pub(crate) fn new(bytes: &'a [u8], header: &'a Header) -> Result<Self, Error> {
        let mut tables = Tables::load(bytes, &header.tables)?;
        tables.prepare(header.fast_ac_tables(), false);
        let mut quantisation = [[1; 64]; 4];
        for (component, quantisation) in header.components().iter().zip(&mut quantisation) {
            let table = tables.quantisation_table(component.quantisation_table);
            *quantisation = *table.ok_or(Error::Damaged("no quantisation table"))?;
        }
        let (jfif, adobe) = colour_markers(bytes);
        let scans = vec![header.first_scan];
        let structure = Structure { frame: header.frame, quantisation, scans, jfif, adobe };
        let geometry = Geometry::new(&header.frame, Scale::FULL);
        Ok(BlockScan { bytes, header, geometry, tables, structure })
    }

    /// The most heap bytes that it takes.
    pub(crate) fn memory(header: &Header) -> u64 {
        Tables::heap_bytes(header.fast_ac_tables()) + cost::DECODER_BYTES
    }

    /// Gives all blocks to `take`, in natural order, as the scan has them.
    pub(crate) fn read(&self, take: &mut TakeBlock<'_>) -> Result<(), Error> {
        let segments = Segments::starting_at(self.bytes, self.header.scan_data);
        let mut data = ScanData::new(segments.rest(), self.tables.restart_interval);
        let scan = &self.header.first_scan;
        // A single component is not interleaved: its MCU is a block.
        let (across, down, is_single) = match *scan.components() {
            [single] => {
                let component = &self.geometry.components()[single.index];
                (component.own_blocks_across, component.own_blocks_down, true)
            }
            _ => (self.geometry.mcus_across, self.geometry.mcus_down, false),
        };
        let broken = Error::Damaged("not all of the picture is there");
        for _ in 0..across * down {
            if data.begin_mcu() != Condition::Intact {
                return Err(broken);
            }
            for &component in scan.components() {
                let geometry = &self.geometry.components()[component.index];
                let blocks = if is_single { 1 } else { geometry.horizontal * geometry.vertical };
                let tables = BlockTables {
                    dc: &self.tables.dc[component.dc_table],
                    ac: &self.tables.ac[component.ac_table],
                    lookup: self.tables.ac_lookup(component.ac_table).ok_or(broken)?,
                    places: &ZIGZAG,
                };
                for _ in 0..blocks {
                    let mut block = [0; 64];
                    let prediction = &mut data.predictions[component.index];
                    sequential_block::decode_block(&mut data.bits, tables, prediction, 63, &mut block)
                        .ok_or(broken)?;
                    take(component, &block)?;
                }
            }
            if data.end_mcu(true) != Condition::Intact {
                return Err(broken);
            }
        }
        Ok(())
    }
}
