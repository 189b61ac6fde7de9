//! The tables that scans refer to by number (T.81 B.2.4).

use std::num::NonZeroUsize;

use crate::decode::definitions::{self, Definition, QuantisationTable, TableIndex};
use crate::decode::entropy::ac_lookup::AcLookup;
use crate::decode::entropy::annex_k;
use crate::decode::entropy::huffman::DecodeTable;
use crate::error::Error;
use crate::segments::Segment;

/// All tables in force at a point of the file.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) dc: [DecodeTable; 4],
    pub(crate) ac: [DecodeTable; 4],
    /// For the AC tables of a sequential scan.
    ac_lookups: [Option<AcLookup>; 4],
    quantisation: [Option<QuantisationTable>; 4],
    /// MCUs between restart markers; 0: there are none.
    pub(crate) restart_interval: u32,
}

/// A bound on the size of `Tables` that is the same on every machine.
const OWN_BYTES: u64 = 3840;
const _: () = assert!(size_of::<Tables>() as u64 <= OWN_BYTES);

impl Tables {
    /// The tables that a header has found in a file; besides, the Huffman tables that files without DHT expect.
    pub(crate) fn load(bytes: &[u8], index: &TableIndex) -> Result<Box<Self>, Error> {
        if let Some(error) = index.error {
            return Err(error);
        }
        let mut tables = Box::new(Tables {
            dc: std::array::from_fn(|_| DecodeTable::empty()),
            ac: std::array::from_fn(|_| DecodeTable::empty()),
            ac_lookups: [const { None }; 4],
            quantisation: [None; 4],
            restart_interval: index.restart_interval,
        });
        tables.dc[0].load(annex_k::DC_LUMINANCE);
        tables.dc[1].load(annex_k::DC_CHROMINANCE);
        tables.ac[0].load(annex_k::AC_LUMINANCE);
        tables.ac[1].load(annex_k::AC_CHROMINANCE);
        let at = |offset: &NonZeroUsize| bytes.get(offset.get()..).unwrap_or_default();
        for offset in index.dc.iter().chain(&index.ac).flatten() {
            tables.set(definitions::huffman(at(offset))?.0);
        }
        for offset in index.quantisation.iter().flatten() {
            tables.set(definitions::quantisation(at(offset))?.0);
        }
        Ok(tables)
    }

    /// Heap bytes of the boxed whole, at most. `fast`: which AC tables get look-up tables.
    pub(crate) fn heap_bytes(fast: [bool; 4]) -> u64 {
        let lookups = fast.iter().filter(|&&is_fast| is_fast).count() as u64;
        OWN_BYTES + 8 * DecodeTable::BYTES + lookups * AcLookup::BYTES
    }

    /// Takes in a DHT, DQT or DRI segment; others change nothing.
    pub(crate) fn read(&mut self, segment: Segment<'_>) -> Result<(), Error> {
        definitions::read_definitions(segment, |_, definition| self.set(definition))
    }

    /// Makes look-up tables for the AC tables in force.
    pub(crate) fn prepare(&mut self, fast: [bool; 4], skipping: bool) {
        for ((lookup, ac), _) in self.ac_lookups.iter_mut().zip(&self.ac).zip(fast).filter(|(_, fast)| *fast)
        {
            *lookup = Some(AcLookup::new(ac, skipping));
        }
    }

    /// The look-up tables of an AC table, once they [are made](Self::prepare).
    pub(crate) fn ac_lookup(&self, number: usize) -> Option<&AcLookup> {
        self.ac_lookups[number].as_ref()
    }

    pub(crate) fn quantisation_table(&self, number: u8) -> Option<&QuantisationTable> {
        self.quantisation[usize::from(number)].as_ref()
    }

    fn set(&mut self, definition: Definition<'_>) {
        match definition {
            Definition::Dc(destination, codes) => self.dc[destination].load(codes),
            Definition::Ac(destination, codes) => self.ac[destination].load(codes),
            Definition::Quantisation(destination, table) => self.quantisation[destination] = Some(table),
            Definition::RestartInterval(interval) => self.restart_interval = interval,
        }
    }
}
