//! Which AC scans a progressive file consists of: those that make it smallest.
//!
//! Symbols mean other things in the low and the high frequencies, so that each band gains by a table of its own, and runs
//! of empty blocks are long in the high ones. Of dense pictures the lowest bits are better coded apart. Against that
//! stand the headers of more scans. What is best differs by the picture.

use super::ac_scan::{self, AcScan, AcScanCoder, ScanCounts};
use super::band_counts::{BANDS, BandCounts, USUAL_SCANS};
use super::block_stream::BlockStream;
use super::entropy_coder::{AcCodes, value_bits};
use super::headers::SCAN_HEADERS;
use super::huffman::EncodeTable;
use super::parameters::Parameters;

/// A scan with its codes.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) scan: AcScan,
    pub(super) codes: AcCodes,
    /// With headers, without what is stuffed behind FF.
    pub(super) bits: u64,
}

/// How a component's coefficients are divided into scans.
#[derive(Clone, Copy, Debug)]
struct Division {
    /// Where bands begin; the last ends with place 63.
    bands: &'static [u32],
    /// The lowest bits, which scans of their own add one by one.
    low: u32,
}

/// Each is the best one for some photos.
const ALL: [Division; 9] = [
    Division { bands: &[1, 3, 10], low: 0 },
    Division { bands: &[1], low: 0 },
    Division { bands: &[1, 3], low: 0 },
    Division { bands: &[1, 9], low: 0 },
    Division { bands: &[1], low: 1 },
    Division { bands: &[1, 3], low: 1 },
    Division { bands: &[1, 3, 10], low: 1 },
    Division { bands: &[1, 9], low: 1 },
    Division { bands: &[1, 9], low: 2 },
];

/// Scans of a component, at most.
const MOST: usize = 4;

/// Heap bytes of the usual scans.
pub(super) const USUAL_SCANS_BYTES: u64 = USUAL_SCANS as u64 * SCAN_BYTES;
/// Heap bytes of all scans, with what is counted of a component.
pub(super) const SCANS_BYTES: u64 = 3 * MOST as u64 * SCAN_BYTES + MOST as u64 * COUNTING_BYTES;
const SCAN_BYTES: u64 = size_of::<Scan>() as u64 + EncodeTable::BYTES;
const COUNTING_BYTES: u64 = (size_of::<AcScanCoder<ScanCounts>>() + size_of::<Scan>()) as u64;

/// The scans of all components, in the order of the file. `usual`: what was counted of the usual ones, which are taken then.
pub(super) fn scans(
    stream: &BlockStream,
    parameters: &Parameters,
    usual: Option<Box<[BandCounts; 3]>>,
) -> Vec<Scan> {
    let most = if usual.is_some() { USUAL_SCANS } else { 3 * MOST };
    let mut all = Vec::with_capacity(most);
    if let Some(counted) = usual {
        for (component, counted) in counted.into_iter().enumerate().take(parameters.components()) {
            let division = Division { bands: BANDS[component.min(1)], low: 0 };
            let counts = counted.complete(stream, parameters, component);
            let scans = division_scans(component, division).zip(&counts);
            all.extend(scans.map(|(scan, counts)| Scan::new(scan, counts)));
        }
    } else {
        (0..parameters.components()).for_each(|component| {
            let division = smallest(stream, parameters, component);
            all.extend(count(stream, parameters, division_scans(component, division)));
        });
    }
    // A sort of the standard library would be many times as large in a module as these few scans deserve.
    for end in 1..all.len() {
        let mut at = end;
        while at > 0 && all[at - 1].scan.order() > all[at].scan.order() {
            all.swap(at - 1, at);
            at -= 1;
        }
    }
    all
}

/// Tries all divisions.
#[inline(never)]
fn smallest(stream: &BlockStream, parameters: &Parameters, component: usize) -> Division {
    let mut known: Vec<(AcScan, u64)> = Vec::new();
    let bits = |division: &Division| -> u64 {
        let is_new = |scan: &AcScan| known.iter().all(|(known, _)| known != scan);
        let new: Vec<_> = division_scans(component, *division).filter(is_new).collect();
        let counted = count(stream, parameters, new.into_iter());
        known.extend(counted.iter().map(|scan| (scan.scan, scan.bits)));
        let bits_of = |scan: AcScan| known.iter().find(|(known, _)| *known == scan).map(|(_, bits)| bits);
        division_scans(component, *division).filter_map(bits_of).sum()
    };
    ALL.into_iter().min_by_key(bits).unwrap_or(ALL[0])
}

fn division_scans(component: usize, division: Division) -> impl Iterator<Item = AcScan> {
    let Division { bands, low } = division;
    let ends = bands.iter().skip(1).map(|next| next - 1).chain([63]);
    let bands = bands.iter().zip(ends);
    let bands = bands.map(move |(&first, last)| AcScan { component, first, last, low, refines: false });
    let bits = (0..low).rev().map(move |low| AcScan { component, first: 1, last: 63, low, refines: true });
    bands.chain(bits)
}

/// Makes the codes for scans of one component.
fn count(stream: &BlockStream, parameters: &Parameters, scans: impl Iterator<Item = AcScan>) -> Vec<Scan> {
    let mut coders: Vec<_> = scans.map(|scan| AcScanCoder::new(scan, ScanCounts::NONE)).collect();
    ac_scan::code(stream, parameters, &mut coders);
    coders.into_iter().map(|coder| Scan::new(coder.scan, &coder.symbols)).collect()
}

impl AcScan {
    /// The coarse picture first.
    fn order(&self) -> impl Ord + use<> {
        let &AcScan { component, first, low, refines, .. } = self;
        (refines, component == 0 && first > 1, if refines { 3 - low } else { 0 }, component, first)
    }
}

impl Scan {
    fn new(scan: AcScan, counts: &ScanCounts) -> Self {
        let symbols = counts.symbols.symbols();
        let codes = AcCodes::new(&symbols);
        let headers = 8 * (SCAN_HEADERS + codes.table.symbols.len()) as u64;
        let bits = codes.table.bits(&symbols) + value_bits(&symbols) + counts.bits + headers;
        Scan { scan, codes, bits }
    }
}
