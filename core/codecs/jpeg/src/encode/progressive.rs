//! Writes a progressive file (T.81 G.1.2) of a stream that holds a whole picture.

use super::ac_scan::{self, AcScan, AcScanCoder, Symbols};
use super::band_counts::BandCounts;
use super::bit_writer::{BitWriter, Limited, Sink};
use super::block_stream::{BlockStream, Counts};
use super::cost::Budget;
use super::entropy_coder::{AcCodes, value_bits, with_value};
use super::headers::{HEADERS, Headers, SCAN_HEADERS, Spectrum, write_tables};
use super::huffman::EncodeTable;
use super::scan_script::{self, Scan};
use crate::marker::{EOI, SOF2};

/// A progressive file that is decided, and not written yet.
#[derive(Debug)]
pub(super) struct Progressive<'a, 'm> {
    headers: &'a Headers<'m>,
    stream: &'a BlockStream,
    /// For luma and chroma.
    dc: [EncodeTable; 2],
    scans: Vec<Scan>,
    dc_bits: u64,
    /// All but the zeros behind FF.
    bits: u64,
}

impl<'a, 'm> Progressive<'a, 'm> {
    /// Finds the best scans.
    pub(super) fn new(
        headers: &'a Headers<'m>,
        stream: &'a BlockStream,
        counts: &[Counts; 2],
        bands: Option<Box<[BandCounts; 3]>>,
    ) -> Self {
        let dc = counts.each_ref().map(|counts| EncodeTable::optimal(&counts.dc));
        let scans = scan_script::scans(stream, &headers.parameters, bands);
        let dc_bits =
            dc.iter().zip(counts).map(|(table, counts)| table.bits(&counts.dc) + value_bits(&counts.dc));
        let dc_bits = dc_bits.sum();
        let bits = dc_bits + scans.iter().map(|scan| scan.bits).sum::<u64>();
        Progressive { headers, stream, dc, scans, dc_bits, bits }
    }

    /// Bits of the file, without its first headers and what is stuffed behind FF.
    pub(super) fn bits(&self) -> u64 {
        self.bits
    }

    /// The file, unless there is not enough room for two of it in the budget.
    pub(super) fn write(self, budget: &Budget) -> Option<Vec<u8>> {
        let bits = [self.dc_bits].into_iter().chain(self.scans.iter().map(|scan| scan.bits));
        let most = HEADERS + bits.map(Limited::capacity).sum::<usize>();
        if most.saturating_mul(2) > budget.file {
            return None;
        }
        let dc = self.write_dc()?;
        let data = self.write_ac()?;
        let tables = self.scans.iter().map(|scan| SCAN_HEADERS + scan.codes.table.symbols.len());
        let size = HEADERS + dc.len() + tables.sum::<usize>() + data.iter().map(Vec::len).sum::<usize>();
        let mut file = Vec::with_capacity(size + self.headers.metadata.bytes());
        self.headers.write_start(SOF2, &mut file);
        let tables = [(0x00, &self.dc[0]), (0x01, &self.dc[1])];
        write_tables(&tables[..self.headers.parameters.components().min(2)], &mut file);
        self.headers.write_scan(None, Spectrum { first: 0, last: 0, bits: 0 }, &mut file);
        file.extend_from_slice(&dc);
        for (scan, data) in self.scans.iter().zip(data) {
            write_tables(&[(0x10, &scan.codes.table)], &mut file);
            let AcScan { component, first, last, low, refines } = scan.scan;
            let high = if refines { low + 1 } else { 0 };
            let spectrum = Spectrum { first: first as u8, last: last as u8, bits: (high << 4 | low) as u8 };
            self.headers.write_scan(Some(component), spectrum, &mut file);
            file.extend_from_slice(&data);
        }
        file.extend([0xFF, EOI]);
        Some(file)
    }

    fn write_dc(&self) -> Option<Vec<u8>> {
        let parameters = &self.headers.parameters;
        let mut writer = BitWriter::new(Limited::new(self.dc_bits));
        let mut place = 0;
        for mut block in self.stream.blocks() {
            let table = &self.dc[usize::from(place >= parameters.luma_blocks())];
            let (bits, length) = with_value(&table.codes, block.difference());
            writer.put(bits, length);
            place = if place + 1 == parameters.mcu_blocks() { 0 } else { place + 1 };
        }
        writer.finish().complete()
    }

    /// The data of all AC scans, in the order of the file.
    fn write_ac(&self) -> Option<Vec<Vec<u8>>> {
        let mut data: Vec<_> = self.scans.iter().map(|_| Vec::new()).collect();
        for component in 0..self.headers.parameters.components() {
            let of_component = |scan: &&Scan| scan.scan.component == component;
            let mut coders: Vec<_> = self.scans.iter().filter(of_component).map(coder).collect();
            ac_scan::code(self.stream, &self.headers.parameters, &mut coders);
            let places = data.iter_mut().zip(&self.scans).filter(|(_, scan)| of_component(scan));
            for ((place, _), coder) in places.zip(coders) {
                *place = coder.symbols.writer.finish().complete()?;
            }
        }
        Some(data)
    }
}

fn coder(scan: &Scan) -> AcScanCoder<SymbolWriter<'_, Limited>> {
    let writer = BitWriter::new(Limited::new(scan.bits));
    AcScanCoder::new(scan.scan, SymbolWriter { codes: &scan.codes, writer })
}

struct SymbolWriter<'a, S> {
    codes: &'a AcCodes,
    writer: BitWriter<S>,
}

impl<S: Sink> Symbols for SymbolWriter<'_, S> {
    #[inline(always)]
    fn whole(&mut self, byte: u8) {
        let entry = self.codes.whole[usize::from(byte)];
        self.writer.put(entry >> 8, entry & 0xFF);
    }

    #[inline(always)]
    fn symbol(&mut self, symbol: u8, bits: u32, length: u32) {
        let code = self.codes.table.codes[usize::from(symbol)];
        self.writer.put(u32::from(code.bits) << length | bits, u32::from(code.length) + length);
    }

    #[inline(always)]
    fn bits(&mut self, bits: u32, length: u32) {
        self.writer.put(bits & (u32::MAX >> (32 - length)), length);
    }
}
