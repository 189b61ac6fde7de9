//! The tables that scans refer to by number (T.81 B.2.4).

use crate::error::Error;
use crate::header::Header;
use crate::huffman::Table;
use crate::markers::{self, Segment};
use crate::pairs::PairTable;
use crate::skip::SkipTable;
use crate::standard;

/// Quantisation steps in zigzag order, 1 to 65535.
pub(crate) type Quantiser = [u16; 64];

/// All tables in force at a point of the file.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) dc: [Table; 4],
    pub(crate) ac: [Table; 4],
    /// For the AC tables of a sequential scan.
    shortcuts: [Option<Shortcuts>; 4],
    quantisers: [Option<Quantiser>; 4],
    /// MCUs between restart markers; 0: there are none.
    pub(crate) restart_interval: u32,
}

/// What makes decoding with an AC table fast.
#[derive(Debug)]
pub(crate) struct Shortcuts {
    pub(crate) pairs: PairTable,
    pub(crate) skips: SkipTable,
}

/// A bound on the size of `Tables` that is the same on every machine.
const OWN_BYTES: u64 = 3840;
const _: () = assert!(size_of::<Tables>() as u64 <= OWN_BYTES);

impl Tables {
    /// Heap bytes of the boxed whole, at most.
    pub(crate) fn heap_bytes(header: &Header) -> u64 {
        let shortcuts = header.shortcuts.iter().filter(|&&is_there| is_there).count() as u64;
        OWN_BYTES + 8 * Table::BYTES + shortcuts * Shortcuts::BYTES
    }

    /// The Huffman tables that files without DHT expect, and nothing else.
    pub(crate) fn new() -> Self {
        let mut tables = Tables {
            dc: std::array::from_fn(|_| Table::empty()),
            ac: std::array::from_fn(|_| Table::empty()),
            shortcuts: [const { None }; 4],
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

    /// Makes the shortcuts that a header asks for, with the AC tables in force. Those for skipping are only made if they
    /// are worth it.
    pub(crate) fn prepare(&mut self, header: &Header, skipping: bool) {
        for (number, shortcuts) in self.shortcuts.iter_mut().enumerate().filter(|(i, _)| header.shortcuts[*i])
        {
            // First of all, the old ones go.
            *shortcuts = None;
            *shortcuts = Some(Shortcuts::new(&self.ac[number], skipping));
        }
    }

    /// The shortcuts for an AC table, once they [are made](Self::prepare).
    pub(crate) fn shortcuts(&self, number: usize) -> Option<&Shortcuts> {
        self.shortcuts[number].as_ref()
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

impl Shortcuts {
    const BYTES: u64 = PairTable::BYTES + SkipTable::BYTES;

    pub(crate) fn new(ac: &Table, skipping: bool) -> Self {
        let mut skips = SkipTable::empty();
        if skipping {
            skips.prepare(ac);
        }
        Shortcuts { pairs: PairTable::new(ac), skips }
    }
}
