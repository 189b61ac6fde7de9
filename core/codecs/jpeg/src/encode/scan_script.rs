//! Which AC scans a progressive file consists of: those that make it smallest.
//!
//! Symbols mean other things in the low and the high frequencies, so that each band gains by a table of its own, and runs
//! of empty blocks are long in the high ones. Of dense pictures the lowest bits are better coded apart. Against that
//! stand the headers of more scans. What is best differs by the picture: it is counted.

use super::ac_scan::{AcScan, AcScanCoder, ScanCounts};
use super::block_stream::BlockStream;
use super::headers::SCAN_HEADERS;
use super::huffman::EncodeTable;
use super::parameters::Parameters;

/// How a component's coefficients are divided into scans.
#[derive(Clone, Copy, Debug)]
struct Division {
    /// Where bands begin; the last ends with place 63.
    bands: &'static [u32],
    /// The lowest bits, which scans of their own add one by one.
    low: u32,
}

const DIVISIONS: [Division; 9] = [
    Division { bands: &[1], low: 0 },
    Division { bands: &[1, 3], low: 0 },
    Division { bands: &[1, 3, 10], low: 0 },
    Division { bands: &[1, 9], low: 0 },
    Division { bands: &[1], low: 1 },
    Division { bands: &[1, 9], low: 1 },
    Division { bands: &[1, 3, 10], low: 1 },
    Division { bands: &[1, 3], low: 1 },
    Division { bands: &[1, 9], low: 2 },
];

/// A scan with its table.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) scan: AcScan,
    pub(super) table: EncodeTable,
    /// With headers, without what is stuffed behind FF.
    pub(super) bits: u64,
}

/// The best scans, in the order of the file.
pub(super) fn best(stream: &BlockStream, parameters: &Parameters) -> Vec<Scan> {
    let mut all = Vec::with_capacity(3 * 5);
    for component in 0..parameters.components() {
        all.extend(best_of(stream, parameters, component));
    }
    // The coarse picture first.
    all.sort_by_key(|scan: &Scan| (scan.scan.refines, scan.scan.component == 0 && scan.scan.first > 1));
    all
}

fn best_of(stream: &BlockStream, parameters: &Parameters, component: usize) -> Vec<Scan> {
    let mut counted: Vec<Scan> = Vec::new();
    let mut best: Option<(u64, Division)> = None;
    for division in DIVISIONS {
        let bits = scans(component, division).map(|scan| {
            if let Some(known) = counted.iter().find(|known| known.scan == scan) {
                return known.bits;
            }
            let new = count(stream, parameters, scan);
            let bits = new.bits;
            counted.push(new);
            bits
        }).sum();
        if best.is_none_or(|(least, _)| bits < least) {
            best = Some((bits, division));
        }
    }
    let Some((_, division)) = best else { return Vec::new() };
    counted.retain(|known| scans(component, division).any(|scan| scan == known.scan));
    counted.sort_by_key(|scan| (scan.scan.refines, u32::MAX - scan.scan.low, scan.scan.first));
    counted
}

fn scans(component: usize, division: Division) -> impl Iterator<Item = AcScan> {
    let Division { bands, low } = division;
    let ends = bands.iter().skip(1).map(|next| next - 1).chain([63]);
    let bands = bands.iter().zip(ends);
    let bands = bands.map(move |(&first, last)| AcScan { component, first, last, low, refines: false });
    let bits = (0..low).rev().map(move |low| AcScan { component, first: 1, last: 63, low, refines: true });
    bands.chain(bits)
}

fn count(stream: &BlockStream, parameters: &Parameters, scan: AcScan) -> Scan {
    let mut counts = ScanCounts::NONE;
    let mut coder = AcScanCoder::new(scan);
    stream.of_component(parameters, scan.component, |block| coder.code(block, &mut counts));
    coder.finish(&mut counts);
    let table = EncodeTable::optimal(&counts.symbols);
    let headers = 8 * (SCAN_HEADERS + table.symbols.len()) as u64;
    Scan { scan, bits: table.bits(&counts.symbols) + counts.bits + headers, table }
}
