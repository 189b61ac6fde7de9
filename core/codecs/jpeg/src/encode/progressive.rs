//! Writes a progressive file (T.81 G.1.2) of a stream that holds a whole picture.

use super::ac_scan::{AcScan, AcScanCoder, Symbols};
use super::bit_writer::{BitWriter, Counter, Sink};
use super::block_stream::{BlockStream, Counts};
use super::cost::Budget;
use super::entropy_coder::{value_bits, with_value};
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
    /// All but the zeros behind FF.
    bits: u64,
}

impl<'a, 'm> Progressive<'a, 'm> {
    /// Finds the best scans.
    pub(super) fn new(headers: &'a Headers<'m>, stream: &'a BlockStream, counts: &[Counts; 2]) -> Self {
        let dc = counts.each_ref().map(|counts| EncodeTable::optimal(&counts.dc));
        let scans = scan_script::best(stream, &headers.parameters);
        let dc_bits = dc.iter().zip(counts).map(|(table, counts)| table.bits(&counts.dc) + value_bits(&counts.dc));
        let bits = dc_bits.sum::<u64>() + scans.iter().map(|scan| scan.bits).sum::<u64>();
        Progressive { headers, stream, dc, scans, bits }
    }

    /// Bits of the file, without its first headers and what is stuffed behind FF.
    pub(super) fn bits(&self) -> u64 {
        self.bits
    }

    /// The file, unless it would be larger than the budget.
    pub(super) fn write(self, budget: &Budget) -> Option<Vec<u8>> {
        let bytes = (self.bits / 8) as usize + 1;
        let size = if bytes.saturating_mul(4) <= budget.file {
            // Should there be more, the vector grows to twice its size beside the old one, which is planned for.
            HEADERS + bytes + bytes / 64
        } else {
            // A large file gets exactly the room that it needs.
            let size = self.scan_bytes() + HEADERS;
            if size > budget.file {
                return None;
            }
            size
        };
        let mut file = Vec::with_capacity(size + self.headers.metadata());
        self.headers.write_start(SOF2, &mut file);
        let tables = [(0x00, &self.dc[0]), (0x01, &self.dc[1])];
        write_tables(&tables[..self.headers.parameters.components().min(2)], &mut file);
        self.headers.write_scan(None, Spectrum { first: 0, last: 0, bits: 0 }, &mut file);
        file = self.write_dc(file);
        for scan in &self.scans {
            write_tables(&[(0x10, &scan.table)], &mut file);
            let AcScan { component, first, last, low, refines } = scan.scan;
            let high = if refines { low + 1 } else { 0 };
            let spectrum = Spectrum { first: first as u8, last: last as u8, bits: (high << 4 | low) as u8 };
            self.headers.write_scan(Some(component), spectrum, &mut file);
            file = self.write_ac(scan, file);
        }
        file.extend([0xFF, EOI]);
        Some(file)
    }

    /// Bytes of all scans, exactly.
    fn scan_bytes(&self) -> usize {
        let headers = self.scans.iter().map(|scan| SCAN_HEADERS + scan.table.symbols.len());
        let bytes = self.scans.iter().map(|scan| self.write_ac(scan, Counter::default()).bytes);
        self.write_dc(Counter::default()).bytes + headers.sum::<usize>() + bytes.sum::<usize>()
    }

    fn write_dc<S: Sink>(&self, sink: S) -> S {
        let parameters = &self.headers.parameters;
        let mut writer = BitWriter::new(sink);
        let mut place = 0;
        for mut block in self.stream.blocks() {
            let table = &self.dc[usize::from(place >= parameters.luma_blocks())];
            let (bits, length) = with_value(&table.codes, block.difference());
            writer.put(bits, length);
            place = if place + 1 == parameters.mcu_blocks() { 0 } else { place + 1 };
        }
        writer.finish()
    }

    fn write_ac<S: Sink>(&self, scan: &Scan, sink: S) -> S {
        let mut symbols = SymbolWriter { table: &scan.table, writer: BitWriter::new(sink) };
        let mut coder = AcScanCoder::new(scan.scan);
        self.stream.of_component(&self.headers.parameters, scan.scan.component, |block| {
            coder.code(block, &mut symbols);
        });
        coder.finish(&mut symbols);
        symbols.writer.finish()
    }
}

struct SymbolWriter<'a, S> {
    table: &'a EncodeTable,
    writer: BitWriter<S>,
}

impl<S: Sink> Symbols for SymbolWriter<'_, S> {
    #[inline(always)]
    fn symbol(&mut self, symbol: u8, bits: u32, length: u32) {
        let code = self.table.codes[usize::from(symbol)];
        self.writer.put(u32::from(code.bits) << length | bits, u32::from(code.length) + length);
    }

    #[inline(always)]
    fn bits(&mut self, bits: u32, length: u32) {
        // Only the lowest bits count.
        self.writer.put(bits & (u32::MAX >> (32 - length)), length);
    }
}
