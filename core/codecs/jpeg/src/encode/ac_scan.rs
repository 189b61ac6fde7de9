//! The AC scans of a progressive file (T.81 G.1.2.2, G.1.2.3): from a component's blocks to symbols and bits.

use super::block_stream::Block;

/// A band of a component's AC coefficients, and how many of their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AcScan {
    pub(super) component: usize,
    /// Places in zigzag order, 1 to 63.
    pub(super) first: u32,
    pub(super) last: u32,
    /// The lowest bits of the magnitudes that are left to later scans.
    pub(super) low: u32,
    /// Whether all bits but the lowest of these have been coded before: then it is one bit that is added.
    pub(super) refines: bool,
}

/// Takes what a scan consists of.
pub(super) trait Symbols {
    /// A symbol, with bits behind it.
    fn symbol(&mut self, symbol: u8, bits: u32, length: u32);

    /// Bits alone, at most 32.
    fn bits(&mut self, bits: u32, length: u32);
}

/// How often each symbol occurs in a scan.
#[derive(Clone, Debug)]
pub(super) struct ScanCounts {
    pub(super) symbols: [u64; 256],
    /// Bits that are not of symbols.
    pub(super) bits: u64,
}

/// Codes the blocks of a scan.
#[derive(Debug)]
pub(super) struct AcScanCoder {
    scan: AcScan,
    /// Blocks that are over, and not coded yet.
    run: u32,
    /// Bits that correct values of these blocks.
    corrections: Corrections,
}

/// The longest run of blocks that there is a symbol for.
const LONGEST_RUN: u32 = 0x7FFF;

impl AcScanCoder {
    pub(super) fn new(scan: AcScan) -> Self {
        AcScanCoder { scan, run: 0, corrections: Corrections { words: [0; _], length: 0 } }
    }

    /// Takes the component's next block, from the left and the top.
    #[inline(always)]
    pub(super) fn code(&mut self, block: Block<'_>, symbols: &mut impl Symbols) {
        if self.scan.refines {
            self.refine(block, symbols);
        } else {
            self.begin(block, symbols);
        }
    }

    /// Codes what is left behind the last block.
    pub(super) fn finish(mut self, symbols: &mut impl Symbols) {
        self.end_run(symbols);
    }

    #[inline(always)]
    fn begin(&mut self, block: Block<'_>, symbols: &mut impl Symbols) {
        let AcScan { first, last, low, .. } = self.scan;
        let mut before = first - 1;
        for (place, value) in block.values() {
            if place > last {
                break;
            }
            let magnitude = value.unsigned_abs() >> low;
            if place < first || magnitude == 0 {
                continue;
            }
            if self.run > 0 {
                self.end_run(symbols);
            }
            let run = zeros(place - before - 1, symbols);
            before = place;
            let size = u32::BITS - magnitude.leading_zeros();
            let bits = if value < 0 { !magnitude & ((1 << size) - 1) } else { magnitude };
            symbols.symbol((run << 4 | size) as u8, bits, size);
        }
        if before != last {
            self.run += 1;
            if self.run == LONGEST_RUN {
                self.end_run(symbols);
            }
        }
    }

    /// Not inlined: see the crate's documentation.
    #[inline(never)]
    fn refine(&mut self, block: Block<'_>, symbols: &mut impl Symbols) {
        let AcScan { first, last, low, .. } = self.scan;
        let band = |&(place, value): &(u32, i32)| {
            (first..=last).contains(&place) && value.unsigned_abs() >> low != 0
        };
        // Zeros behind the last value that begins here need no ZRL.
        let begins = |&(_, value): &(u32, i32)| value.unsigned_abs() >> low == 1;
        let end = block.values().filter(band).filter(begins).last().map_or(0, |(place, _)| place);
        // Bits of values that have begun before, since the last symbol.
        let (mut bits, mut length) = (0u64, 0);
        // The place where zeros begin to count, and values in between that do not count.
        let (mut from, mut others) = (first, 0);
        for (place, value) in block.values().filter(band) {
            let magnitude = value.unsigned_abs() >> low;
            let mut run = place - from - others;
            while run > 15 && place <= end {
                self.end_run(symbols);
                symbols.symbol(ZRL, 0, 0);
                put(symbols, bits, length);
                (bits, length) = (0, 0);
                run -= 16;
                // As many zeros are done with, with the values among them.
                (from, others) = (place - run, 0);
            }
            if magnitude > 1 {
                (bits, length) = (bits << 1 | u64::from(magnitude & 1), length + 1);
                others += 1;
                continue;
            }
            self.end_run(symbols);
            symbols.symbol((run << 4 | 1) as u8, u32::from(value > 0), 1);
            put(symbols, bits, length);
            (bits, length) = (0, 0);
            (from, others) = (place + 1, 0);
        }
        if from <= last {
            self.run += 1;
            self.corrections.push(bits, length);
            if self.run == LONGEST_RUN || self.corrections.is_full() {
                self.end_run(symbols);
            }
        }
    }

    #[inline(never)]
    fn end_run(&mut self, symbols: &mut impl Symbols) {
        if self.run == 0 {
            return;
        }
        let size = self.run.ilog2();
        symbols.symbol((size << 4) as u8, self.run - (1 << size), size);
        self.run = 0;
        self.corrections.take(symbols);
    }
}

const ZRL: u8 = 0xF0;

/// Codes 16 zeros at a time; returns those that are left.
#[inline(always)]
fn zeros(mut run: u32, symbols: &mut impl Symbols) -> u32 {
    while run > 15 {
        symbols.symbol(ZRL, 0, 0);
        run -= 16;
    }
    run
}

/// At most 64 bits.
fn put(symbols: &mut impl Symbols, bits: u64, length: u32) {
    if length > 32 {
        symbols.bits((bits >> 32) as u32, length - 32);
    }
    if length > 0 {
        symbols.bits(bits as u32, length.min(32));
    }
}

/// Bits that wait for the end of a run of blocks.
#[derive(Debug)]
struct Corrections {
    words: [u32; 32],
    length: u32,
}

impl Corrections {
    /// Whether those of another block may not fit.
    fn is_full(&self) -> bool {
        self.length as usize > 32 * self.words.len() - 64
    }

    fn push(&mut self, bits: u64, length: u32) {
        for bit in (0..length).rev() {
            let word = &mut self.words[(self.length / 32) as usize];
            *word = *word << 1 | (bits >> bit) as u32 & 1;
            self.length += 1;
        }
    }

    fn take(&mut self, symbols: &mut impl Symbols) {
        for (i, &word) in (0..self.length.div_ceil(32)).zip(&self.words) {
            symbols.bits(word, (self.length - 32 * i).min(32));
        }
        self.length = 0;
    }
}

impl ScanCounts {
    pub(super) const NONE: ScanCounts = ScanCounts { symbols: [0; 256], bits: 0 };
}

impl Symbols for ScanCounts {
    #[inline(always)]
    fn symbol(&mut self, symbol: u8, _: u32, length: u32) {
        self.symbols[usize::from(symbol)] += 1;
        self.bits += u64::from(length);
    }

    #[inline(always)]
    fn bits(&mut self, _: u32, length: u32) {
        self.bits += u64::from(length);
    }
}
