//! Codes coefficients again without loss: the scans of the source, each with the Huffman tables that make it smallest.

use super::ac_scan::{AcScan, AcScanCoder, Symbols};
use super::bit_writer::{BitWriter, Limited};
use super::block_stream::{self, size_of_value, small_value};
use super::entropy_coder::{TAIL, with_value};
use super::headers::{Headers, segment, write_jfif, write_tables};
use super::huffman::{Code, EncodeTable};
use super::metadata::Metadata;
use crate::decode::{
    BlockScan, Coefficients, Header, QuantisationTable, ScanHeader, Structure, TakeBlock, Turn,
};
use crate::error::Error;
use crate::marker::{APP14, DQT, EOI, SOF0, SOF1, SOF2, SOI, SOS};
use crate::zigzag::ZIGZAG;

/// The longest value that can be coded, in bits.
const LONGEST_VALUE: u32 = 15;

/// Writes an intact file again: the same coefficients in the same scans, without restart markers, and with other metadata. `None`
/// where that takes more than `most` bytes, for which there is room from the beginning.
///
/// What decides how the coefficients are understood stays: process, sampling factors, quantisation, and the segments of JFIF and
/// Adobe. A file of one scan is read twice, and takes little memory; of others all coefficients are [kept](Coefficients).
///
/// ```
/// use edgepix_jpeg::{Coefficients, Metadata, read_header, recode};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// let header = read_header(&jpeg)?;
/// let smaller = recode(&jpeg, &header, &Metadata::default(), jpeg.len())?.expect("no more bytes");
/// assert!(smaller.len() < jpeg.len());
/// let [before, after] = [Coefficients::decode(&jpeg, &header)?, Coefficients::decode(&smaller, &read_header(&smaller)?)?];
/// assert_eq!(before.block(0, 3, 4), after.block(0, 3, 4));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`Error::Damaged`] where anything of the picture is missing or broken.
pub fn recode(
    bytes: &[u8],
    header: &Header,
    metadata: &Metadata<'_>,
    most: usize,
) -> Result<Option<Vec<u8>>, Error> {
    if header.is_multi_scan() {
        return recode_coefficients(&Coefficients::decode(bytes, header)?, metadata, most);
    }
    let scan = BlockScan::new(bytes, header)?;
    Writer { structure: &scan.structure, blocks: &|_, take| scan.read(take) }.write(metadata, most)
}

/// Writes coefficients as [`recode`] does.
///
/// ```
/// use edgepix_jpeg::{Coefficients, Metadata, Turn, read_header, recode_coefficients};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// let coefficients = Coefficients::decode(&jpeg, &read_header(&jpeg)?)?;
/// let turned = coefficients.turned(Turn { transpose: true, ..Turn::default() })?;
/// let turned = recode_coefficients(&turned, &Metadata::default(), jpeg.len())?.expect("no more bytes");
/// assert_eq!(read_header(&turned)?.width(), 480);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`Error::Damaged`] where there is no code for a value.
pub fn recode_coefficients(
    coefficients: &Coefficients,
    metadata: &Metadata<'_>,
    most: usize,
) -> Result<Option<Vec<u8>>, Error> {
    let blocks = |scan: &ScanHeader, take: &mut TakeBlock<'_>| coefficients.of_scan(scan, take);
    Writer { structure: &coefficients.structure, blocks: &blocks }.write(metadata, most)
}

impl Header {
    /// The most heap bytes that [`recode`] holds at any time, or of a picture that is turned [decoding, turning](Coefficients) and
    /// [`recode_coefficients`] together: a file of `most` bytes included.
    pub fn recode_memory(&self, turn: Turn, most: u64) -> u64 {
        let own = most + OWN_BYTES;
        if self.is_multi_scan() || turn != Turn::default() {
            u64::max(Coefficients::memory(self, turn), Coefficients::own_memory(self) + own)
        } else {
            BlockScan::memory(self) + own
        }
    }

    /// The instructions that takes, estimated. `source_bytes`: the length of the file.
    pub fn recode_work(&self, source_bytes: u64, turn: Turn) -> u64 {
        let pixels = u64::from(self.width()) * u64::from(self.height());
        let (of_byte, of_pixel) = match (self.is_multi_scan(), turn == Turn::default()) {
            (false, true) => (430, 40),
            (false, false) => (400, 75),
            (true, _) => (1080, 115),
        };
        source_bytes.saturating_mul(of_byte).saturating_add(pixels * of_pixel)
    }
}

const SOI_AND_JFIF: usize = 2 + 18;

/// What is written, and where its blocks come from.
struct Writer<'a> {
    structure: &'a Structure,
    blocks: &'a dyn Fn(&ScanHeader, &mut TakeBlock<'_>) -> Result<(), Error>,
}

/// A bound on what is counted and the codes made of it, on any machine.
const OWN_BYTES: u64 = 48 << 10;
const _: () = {
    let codes = size_of::<Tally>() + size_of::<CodeWriter<'_>>() + 8 * EncodeTable::BYTES as usize;
    assert!(codes + 2 * Headers::TABLES_BYTES as usize <= OWN_BYTES as usize);
};

impl Writer<'_> {
    fn write(&self, metadata: &Metadata<'_>, most: usize) -> Result<Option<Vec<u8>>, Error> {
        let tables_and_frame = self.tables_and_frame();
        if SOI_AND_JFIF + metadata.bytes() + tables_and_frame.len() + TAIL > most {
            return Ok(None);
        }
        let mut file = Vec::with_capacity(most);
        file.extend([0xFF, SOI]);
        if self.structure.jfif {
            write_jfif(&mut file);
        }
        metadata.write(&mut file);
        file.extend(tables_and_frame);
        for scan in &self.structure.scans {
            let mut tally = Tally::NONE;
            self.code(scan, &mut tally)?;
            let codes = tally.codes();
            let tables = codes.used();
            let size = tables.iter().map(|(_, table)| 17 + table.symbols.len()).sum::<usize>();
            // A scan of corrections alone has no tables.
            if file.len() + size + 4 + 16 + TAIL > most {
                return Ok(None);
            }
            if !tables.is_empty() {
                write_tables(&tables, &mut file);
            }
            self.write_scan(scan, &mut file);
            let mut output = CodeWriter { codes: &codes, writer: BitWriter::new(Limited::of(file)) };
            self.code(scan, &mut output)?;
            let Some(written) = output.writer.finish().complete() else { return Ok(None) };
            file = written;
        }
        if file.len() + 2 > most {
            return Ok(None);
        }
        file.extend([0xFF, EOI]);
        Ok(Some(file))
    }

    /// What stands before the first scan, behind metadata.
    fn tables_and_frame(&self) -> Vec<u8> {
        let Structure { frame, quantisation, scans, jfif, adobe } = self.structure;
        let mut out = Vec::with_capacity(4 * (5 + 128) + 40);
        if let Some(transform) = adobe.filter(|_| !jfif || frame.components().len() == 4) {
            segment(&mut out, APP14, &[b"Adobe", &[0, 100, 0, 0, 0, 0, transform]]);
        }
        // Components with the same steps share a table.
        let mut tables: Vec<&QuantisationTable> = Vec::with_capacity(4);
        let mut specifications = [0; 12];
        let components = frame.components().iter().zip(quantisation);
        for ((component, steps), specification) in components.zip(specifications.chunks_exact_mut(3)) {
            let number = tables.iter().position(|table| *table == steps).unwrap_or_else(|| {
                tables.push(steps);
                tables.len() - 1
            });
            let factors = component.horizontal << 4 | component.vertical;
            specification.copy_from_slice(&[component.identifier, factors, number as u8]);
        }
        let is_wide = |table: &QuantisationTable| table.iter().any(|&step| step > 255);
        for (number, table) in (0..).zip(&tables) {
            let bytes: [[u8; 2]; 64] = table.map(u16::to_be_bytes);
            if is_wide(table) {
                segment(&mut out, DQT, &[&[0x10 | number], bytes.as_flattened()]);
            } else {
                segment(&mut out, DQT, &[&[number], &bytes.map(|[_, low]| low)]);
            }
        }
        let extended = tables.iter().any(|table| is_wide(table))
            || scans.iter().flat_map(|scan| scan.components()).any(|it| it.dc_table.max(it.ac_table) > 1);
        let marker = if frame.progressive {
            SOF2
        } else if extended {
            SOF1
        } else {
            SOF0
        };
        let count = frame.components().len();
        let [_, _, w1, w0] = frame.width.to_be_bytes();
        let [_, _, h1, h0] = frame.height.to_be_bytes();
        segment(&mut out, marker, &[&[8, h1, h0, w1, w0, count as u8], &specifications[..3 * count]]);
        out
    }

    fn write_scan(&self, scan: &ScanHeader, out: &mut Vec<u8>) {
        let components = self.structure.frame.components();
        let mut specifications = [0; 8];
        for (component, specification) in scan.components().iter().zip(specifications.chunks_exact_mut(2)) {
            let tables = (component.dc_table << 4 | component.ac_table) as u8;
            specification.copy_from_slice(&[components[component.index].identifier, tables]);
        }
        let count = scan.components().len();
        let bits = scan.high << 4 | scan.low;
        let spectrum = [scan.first as u8, scan.last as u8, bits];
        segment(out, SOS, &[&[count as u8], &specifications[..2 * count], &spectrum]);
    }

    /// Turns the blocks of a scan into symbols and bits.
    fn code(&self, scan: &ScanHeader, codes: &mut dyn Codes) -> Result<(), Error> {
        let (first, last) = (scan.first as u32, scan.last as u32);
        let (low, refines) = (u32::from(scan.low), scan.high > 0);
        if self.structure.frame.progressive && first > 0 {
            let Some(&component) = scan.components().first() else { return Ok(()) };
            let scan_of = AcScan { component: component.index, first, last, low, refines };
            let symbols = OfTable { table: component.ac_table, codes };
            let band = u64::MAX >> (63 - last) & u64::MAX << first;
            let mut coder = AcScanCoder::new(scan_of, symbols);
            (self.blocks)(scan, &mut |_, block| {
                if refines {
                    coder.refine(values(block, band))
                } else {
                    coder.code_high_bits(values(block, band))
                }
                Ok(())
            })?;
            coder.end_run();
            return Ok(());
        }
        let mut predictions = [0; 4];
        (self.blocks)(scan, &mut |component, block| {
            let value = i32::from(block[0]) >> low;
            if refines {
                codes.bits(value as u32 & 1, 1);
                return Ok(());
            }
            let difference = value - std::mem::replace(&mut predictions[component.index], value);
            if size_of_value(difference) > LONGEST_VALUE {
                return Err(Error::Damaged("a step between blocks that has no code"));
            }
            codes.dc(component.dc_table, difference);
            if last > 0 {
                let mut symbols = OfTable { table: component.ac_table, codes: &mut *codes };
                let mut before = 0;
                for (place, value) in values(block, u64::MAX << 1) {
                    symbols.run_and_value(place - before - 1, value);
                    before = place;
                }
                if before < 63 {
                    symbols.symbol(0, 0, 0);
                }
            }
            Ok(())
        })
    }
}

/// The values of a block that are not zero in a band, each with its place in zigzag order.
fn values(block: &[i16; 64], band: u64) -> Values<'_> {
    Values { block, left: block_stream::not_zero(bytemuck::cast(*block)) & band }
}

#[derive(Clone)]
struct Values<'b> {
    block: &'b [i16; 64],
    /// A bit for each place.
    left: u64,
}

impl Iterator for Values<'_> {
    type Item = (u32, i32);

    fn next(&mut self) -> Option<(u32, i32)> {
        if self.left == 0 {
            return None;
        }
        let place = self.left.trailing_zeros();
        self.left &= self.left - 1;
        Some((place, self.block[usize::from(ZIGZAG[place as usize])].into()))
    }
}

/// Takes what a scan consists of.
trait Codes {
    /// A DC difference of at most 15 bits.
    fn dc(&mut self, table: usize, difference: i32);

    /// An AC symbol, with bits behind it.
    fn ac(&mut self, table: usize, symbol: u8, bits: u32, length: u32);

    /// 1 to 32 bits alone: the lowest of `bits`.
    fn bits(&mut self, bits: u32, length: u32);
}

/// The AC symbols of one table.
struct OfTable<'c> {
    table: usize,
    codes: &'c mut dyn Codes,
}

impl Symbols for OfTable<'_> {
    fn whole(&mut self, byte: u8) {
        match small_value(byte) {
            Some(value) => self.run_and_value(u32::from(byte >> 4), value),
            None => self.symbol(byte, 0, 0),
        }
    }

    fn symbol(&mut self, symbol: u8, bits: u32, length: u32) {
        self.codes.ac(self.table, symbol, bits, length);
    }

    fn bits(&mut self, bits: u32, length: u32) {
        self.codes.bits(bits, length);
    }
}

/// How often symbols occur, by table.
struct Tally {
    /// By the number of bits of the difference.
    dc: [[u64; LONGEST_VALUE as usize + 1]; 4],
    ac: [[u64; 256]; 4],
}

impl Tally {
    const NONE: Tally = Tally { dc: [[0; _]; 4], ac: [[0; 256]; 4] };

    fn codes(&self) -> Tables {
        let dc = self.dc.each_ref().map(|counts| EncodeTable::optimal(counts));
        let ac = self.ac.each_ref().map(|counts| EncodeTable::optimal(counts));
        Tables { dc, ac }
    }
}

impl Codes for Tally {
    fn dc(&mut self, table: usize, difference: i32) {
        self.dc[table][size_of_value(difference) as usize] += 1;
    }

    fn ac(&mut self, table: usize, symbol: u8, _: u32, _: u32) {
        self.ac[table][usize::from(symbol)] += 1;
    }

    fn bits(&mut self, _: u32, _: u32) {}
}

/// The tables of a scan.
struct Tables {
    dc: [EncodeTable; 4],
    ac: [EncodeTable; 4],
}

impl Tables {
    /// Those that have codes, each behind its class and number.
    fn used(&self) -> Vec<(u8, &EncodeTable)> {
        let dc = (0x00..).zip(&self.dc);
        dc.chain((0x10..).zip(&self.ac)).filter(|(_, table)| !table.symbols.is_empty()).collect()
    }
}

/// Writes codes.
struct CodeWriter<'t> {
    codes: &'t Tables,
    writer: BitWriter<Limited>,
}

impl Codes for CodeWriter<'_> {
    fn dc(&mut self, table: usize, difference: i32) {
        let (bits, length) = with_value(&self.codes.dc[table].codes, difference);
        self.writer.put(bits, length);
    }

    fn ac(&mut self, table: usize, symbol: u8, bits: u32, length: u32) {
        let code: Code = self.codes.ac[table].codes[usize::from(symbol)];
        self.writer.put(u32::from(code.bits) << length | bits, u32::from(code.length) + length);
    }

    fn bits(&mut self, bits: u32, length: u32) {
        self.writer.put(bits & (u32::MAX >> (32 - length)), length);
    }
}
