//! What DHT, DQT and DRI segments define (T.81 B.2.4), and where in the file.
//!
//! A file may define its tables any number of times; only the last definition of each is in force. So the header notes
//! where that is, which takes no memory, and a decoder loads it from there.

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::marker::{DHT, DQT, DRI};
use crate::segments::Segment;

/// Quantisation steps in zigzag order, 1 to 65535.
pub(crate) type QuantisationTable = [u16; 64];

/// A Huffman table as DHT writes it (T.81 B.2.4.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct HuffmanCodes<'a> {
    /// How many codes there are of 1 to 16 bits; together at most 256.
    counts: &'a [u8; 16],
    /// The symbols in the order of their codes, as many as are counted.
    symbols: &'a [u8],
}

/// One of the tables that a segment defines, with its destination, 0 to 3.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Definition<'a> {
    Dc(usize, HuffmanCodes<'a>),
    Ac(usize, HuffmanCodes<'a>),
    Quantisation(usize, QuantisationTable),
    /// In MCUs; 0: no restart markers.
    RestartInterval(u32),
}

/// Where the tables are defined that are in force at one point of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TableIndex {
    pub(crate) dc: [Option<NonZeroUsize>; 4],
    pub(crate) ac: [Option<NonZeroUsize>; 4],
    pub(crate) quantisation: [Option<NonZeroUsize>; 4],
    pub(crate) restart_interval: u32,
    /// What is wrong with the first definition that is broken. The header can be read all the same; decoding cannot begin.
    pub(crate) error: Option<Error>,
}

impl TableIndex {
    /// Notes what a segment defines; segments of other kinds change nothing.
    pub(crate) fn note(&mut self, segment: Segment<'_>) {
        let result = read_definitions(segment, |position, definition| {
            let offset = NonZeroUsize::new(segment.payload_offset() + position);
            match definition {
                Definition::Dc(destination, _) => self.dc[destination] = offset,
                Definition::Ac(destination, _) => self.ac[destination] = offset,
                Definition::Quantisation(destination, _) => self.quantisation[destination] = offset,
                Definition::RestartInterval(interval) => self.restart_interval = interval,
            }
        });
        self.error = self.error.or(result.err());
    }
}

/// Reads all that a segment defines: each definition with its position in the payload.
pub(crate) fn read_definitions<'a>(
    segment: Segment<'a>,
    mut take: impl FnMut(usize, Definition<'a>),
) -> Result<(), Error> {
    let mut rest = segment.payload;
    loop {
        let position = segment.payload.len() - rest.len();
        let definition;
        (definition, rest) = match segment.marker {
            DHT if !rest.is_empty() => huffman(rest)?,
            DQT if !rest.is_empty() => quantisation(rest)?,
            DRI => {
                let interval = rest.first_chunk::<2>().ok_or(Error::Damaged("restart interval"))?;
                take(0, Definition::RestartInterval(u16::from_be_bytes(*interval).into()));
                return Ok(());
            }
            _ => return Ok(()),
        };
        take(position, definition);
    }
}

/// The Huffman table defined at the beginning of `bytes`, and what follows it.
pub(crate) fn huffman(bytes: &[u8]) -> Result<(Definition<'_>, &[u8]), Error> {
    let damaged = Error::Damaged("Huffman table");
    let (&destination, rest) = bytes.split_first().ok_or(damaged)?;
    let (counts, rest) = rest.split_first_chunk::<16>().ok_or(damaged)?;
    let total = HuffmanCodes::total(counts);
    let (symbols, rest) = rest.split_at_checked(total).filter(|_| total <= 256).ok_or(damaged)?;
    let codes = HuffmanCodes { counts, symbols };
    let definition = match (destination >> 4, usize::from(destination & 15)) {
        (_, 4..) => return Err(damaged),
        (0, destination) => Definition::Dc(destination, codes),
        (_, destination) => Definition::Ac(destination, codes),
    };
    Ok((definition, rest))
}

/// The quantisation table defined at the beginning of `bytes`, and what follows it.
pub(crate) fn quantisation(bytes: &[u8]) -> Result<(Definition<'_>, &[u8]), Error> {
    let damaged = Error::Damaged("quantisation table");
    let (&destination, rest) = bytes.split_first().ok_or(damaged)?;
    let wide = destination >> 4 != 0;
    let (steps, rest) = rest.split_at_checked(if wide { 128 } else { 64 }).ok_or(damaged)?;
    let destination = usize::from(destination & 15);
    if destination > 3 {
        return Err(damaged);
    }
    let step =
        |i: usize| if wide { u16::from_be_bytes([steps[2 * i], steps[2 * i + 1]]) } else { steps[i].into() };
    Ok((Definition::Quantisation(destination, std::array::from_fn(step)), rest))
}

impl<'a> HuffmanCodes<'a> {
    /// For the tables of the standard, which are correct.
    pub(crate) const fn of_standard(counts: &'a [u8; 16], symbols: &'a [u8]) -> Self {
        HuffmanCodes { counts, symbols }
    }

    pub(crate) fn counts(&self) -> &'a [u8; 16] {
        self.counts
    }

    pub(crate) fn symbols(&self) -> &'a [u8] {
        self.symbols
    }

    fn total(counts: &[u8; 16]) -> usize {
        counts.iter().map(|&count| usize::from(count)).sum()
    }
}
