//! The tables that scans refer to by number (T.81 B.2.4).

use crate::error::Error;
use crate::huffman::Table;
use crate::markers::{self, Segment};
use crate::scan_header::ScanHeader;
use crate::skip::SkipTable;
use crate::standard;

/// Quantisation steps in zigzag order, 1 to 65535.
pub(crate) type Quantiser = [u16; 64];

/// All tables in force at a point of the file.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) dc: [Table; 4],
    pub(crate) ac: [Table; 4],
    /// For each of the AC tables.
    pub(crate) skip: [SkipTable; 4],
    quantisers: [Option<Quantiser>; 4],
    /// MCUs between restart markers; 0: there are none.
    pub(crate) restart_interval: u32,
}

/// A bound on the size of `Tables` that is the same on every machine.
const OWN_BYTES: u64 = 3840;
const _: () = assert!(size_of::<Tables>() as u64 <= OWN_BYTES);

impl Tables {
    /// Heap bytes of the boxed whole.
    pub(crate) const BYTES: u64 = OWN_BYTES + 8 * Table::BYTES + 4 * SkipTable::BYTES;

    /// The Huffman tables that files without DHT expect, and nothing else.
    pub(crate) fn new() -> Self {
        let mut tables = Tables {
            dc: std::array::from_fn(|_| Table::empty()),
            ac: std::array::from_fn(|_| Table::empty()),
            skip: std::array::from_fn(|_| SkipTable::empty()),
            quantisers: [None; 4],
            restart_interval: 0,
        };
        tables.dc[0].load_standard(&standard::DC_LUMINANCE);
        tables.dc[1].load_standard(&standard::DC_CHROMINANCE);
        tables.ac[0].load_standard(&standard::AC_LUMINANCE);
        tables.ac[1].load_standard(&standard::AC_CHROMINANCE);
        tables
    }

    /// Takes in a DHT, DQT or DRI segment; others are passed over.
    pub(crate) fn read(&mut self, segment: Segment<'_>) -> Result<(), Error> {
        match segment.marker {
            markers::DHT => self.read_huffman(segment.payload),
            markers::DQT => self.read_quantisers(segment.payload),
            markers::DRI => {
                let interval =
                    segment.payload.first_chunk::<2>().ok_or(Error::Damaged("restart interval"))?;
                self.restart_interval = u32::from(u16::from_be_bytes(*interval));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Makes skipping fast, with the AC tables in force.
    pub(crate) fn prepare_skipping(&mut self, scan: &ScanHeader) {
        for (number, (skip, ac)) in self.skip.iter_mut().zip(&self.ac).enumerate() {
            if scan.components().iter().any(|component| component.ac_table == number) {
                skip.prepare(ac);
            }
        }
    }

    pub(crate) fn quantiser(&self, number: u8) -> Option<&Quantiser> {
        self.quantisers[usize::from(number)].as_ref()
    }

    fn read_huffman(&mut self, mut payload: &[u8]) -> Result<(), Error> {
        let damaged = Error::Damaged("Huffman table");
        while let Some((&destination, rest)) = payload.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(damaged)?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or(damaged)?;
            let class = if destination >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let table = class.get_mut(usize::from(destination & 15)).ok_or(damaged)?;
            table.load(counts, symbols)?;
            payload = rest;
        }
        Ok(())
    }

    fn read_quantisers(&mut self, mut payload: &[u8]) -> Result<(), Error> {
        let damaged = Error::Damaged("quantisation table");
        while let Some((&destination, rest)) = payload.split_first() {
            let wide = destination >> 4 != 0;
            let (steps, rest) = rest.split_at_checked(if wide { 128 } else { 64 }).ok_or(damaged)?;
            let quantiser = self.quantisers.get_mut(usize::from(destination & 15)).ok_or(damaged)?;
            let quantiser = quantiser.insert([0; 64]);
            for (i, step) in quantiser.iter_mut().enumerate() {
                *step =
                    if wide { u16::from_be_bytes([steps[2 * i], steps[2 * i + 1]]) } else { steps[i].into() };
            }
            payload = rest;
        }
        Ok(())
    }
}
