//! The AC scans of a progressive file (T.81 G.1.2.2, G.1.2.3): from a component's blocks to symbols and bits.

use super::block_stream::{AcCounts, Block, BlockStream, EOB, LARGE, ZRL};
use super::parameters::Parameters;

/// A band of a component's AC coefficients, and how many of their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AcScan {
    pub(super) component: usize,
    /// Places in zigzag order, 1 to 63.
    pub(super) first: u32,
    pub(super) last: u32,
    /// The lowest bits of the magnitudes, which are left to later scans.
    pub(super) low: u32,
    /// Whether all bits but one have been coded before, and that one is added.
    pub(super) refines: bool,
}

/// Takes what a scan consists of.
pub(super) trait Symbols {
    /// The symbol and the bits that a byte of the stream which is complete in itself stands for.
    fn whole(&mut self, byte: u8);

    /// A symbol, with bits behind it.
    fn symbol(&mut self, symbol: u8, bits: u32, length: u32);

    /// 1 to 32 bits alone: the lowest of `bits`.
    fn bits(&mut self, bits: u32, length: u32);

    /// Zeros, and the value behind them.
    #[inline(always)]
    fn run_and_value(&mut self, mut run: u32, of: i32)
    where
        Self: Sized,
    {
        while run > 15 {
            self.symbol(ZRL, 0, 0);
            run -= 16;
        }
        value(run, of, self);
    }

    /// A run of blocks that are over, at most [`LONGEST_RUN`].
    #[inline(always)]
    fn run(&mut self, run: u32) {
        let size = run.ilog2();
        self.symbol((size << 4) as u8, run - (1 << size), size);
    }
}

/// Codes scans of one component, all at the same time.
#[derive(Debug)]
pub(super) struct AcScanCoder<S> {
    pub(super) scan: AcScan,
    pub(super) symbols: S,
    /// Blocks that are over, and not coded yet.
    run: u32,
    /// Bits that correct values of these blocks.
    corrections: Corrections,
}

/// The longest run of blocks that there is a symbol for.
pub(super) const LONGEST_RUN: u32 = 0x7FFF;

/// Codes a component. `scans`: bands without low bits first, in their order.
pub(super) fn code<S: Symbols>(stream: &BlockStream, parameters: &Parameters, scans: &mut [AcScanCoder<S>]) {
    let Some(&AcScanCoder { scan: AcScan { component, .. }, .. }) = scans.first() else { return };
    let whole = scans.iter().take_while(|coder| coder.scan.low == 0 && !coder.scan.refines).count();
    let (whole, others) = scans.split_at_mut(whole);
    stream.of_component(parameters, component, |block| {
        if !whole.is_empty() {
            code_bands(block, whole);
        }
        for coder in &mut *others {
            if coder.scan.refines {
                coder.refine(block.values())
            } else {
                coder.code_high_bits(block.values())
            }
        }
    });
    scans.iter_mut().for_each(AcScanCoder::end_run);
}

/// Behind the first value of a band, the stream's bytes mean what the scan's symbols do.
#[inline(always)]
fn code_bands<S: Symbols>(block: Block<'_>, bands: &mut [AcScanCoder<S>]) {
    let mut walk = Walk { block, byte: EOB, place: 0, sixteens: 0 };
    walk.block.difference();
    walk.advance();
    for coder in bands {
        let AcScan { first, last, .. } = coder.scan;
        let mut before = 0;
        while walk.place < first {
            walk.skip();
        }
        if walk.place <= last {
            coder.end_run();
            coder.symbols.run_and_value(walk.place - first, walk.block.value(walk.byte));
            before = walk.place;
            walk.advance();
            while walk.place <= last {
                if walk.sixteens > 0 {
                    (0..walk.sixteens).for_each(|_| coder.symbols.whole(ZRL));
                }
                if walk.byte & 15 == LARGE {
                    let run = u32::from(walk.byte >> 4);
                    value(run, walk.block.value(walk.byte), &mut coder.symbols);
                } else {
                    coder.symbols.whole(walk.byte);
                }
                before = walk.place;
                walk.advance();
            }
        }
        coder.end_block(before);
    }
}

/// A block's values one by one.
struct Walk<'a> {
    block: Block<'a>,
    /// What the value's byte in the stream is.
    byte: u8,
    /// Its place; 64: there are no more.
    place: u32,
    /// ZRL in front of it.
    sixteens: u32,
}

impl Walk<'_> {
    /// Leaves a value out.
    #[inline(always)]
    fn skip(&mut self) {
        if self.byte & 15 == LARGE {
            self.block.large_value();
        }
        self.advance();
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.sixteens = 0;
        loop {
            self.byte = self.block.byte().unwrap_or(EOB);
            if self.byte == EOB {
                self.place = 64;
                return;
            }
            self.place += u32::from(self.byte >> 4) + 1;
            if self.byte != ZRL {
                return;
            }
            self.sixteens += 1;
        }
    }
}

impl<S: Symbols> AcScanCoder<S> {
    pub(super) fn new(scan: AcScan, symbols: S) -> Self {
        AcScanCoder { scan, symbols, run: 0, corrections: Corrections { words: [0; _], length: 0 } }
    }

    #[inline(never)]
    pub(super) fn code_high_bits(&mut self, values: impl Iterator<Item = (u32, i32)>) {
        let AcScan { first, last, low, .. } = self.scan;
        let mut before = 0;
        for (place, all_bits) in values {
            if place > last {
                break;
            }
            // Towards zero.
            let high_bits = all_bits / (1 << low);
            if place < first || high_bits == 0 {
                continue;
            }
            self.end_run();
            self.symbols.run_and_value(place - before.max(first - 1) - 1, high_bits);
            before = place;
        }
        self.end_block(before);
    }

    #[inline(never)]
    /// Values are those that are not zero, each with its place.
    pub(super) fn refine(&mut self, values: impl Iterator<Item = (u32, i32)> + Clone) {
        let AcScan { first, last, low, .. } = self.scan;
        let band = |&(place, value): &(u32, i32)| {
            (first..=last).contains(&place) && value.unsigned_abs() >> low != 0
        };
        // Zeros behind the last value that begins here need no ZRL.
        let begins = |&(_, value): &(u32, i32)| value.unsigned_abs() >> low == 1;
        let end = values.clone().filter(band).filter(begins).last().map_or(0, |(place, _)| place);
        // Bits of values that have begun before, since the last symbol.
        let (mut bits, mut length) = (0u64, 0);
        // The place where zeros begin to count, and values behind it, which do not count.
        let (mut from, mut others) = (first, 0);
        for (place, value) in values.filter(band) {
            let magnitude = value.unsigned_abs() >> low;
            let mut run = place - from - others;
            while run > 15 && place <= end {
                self.end_run();
                self.symbols.symbol(ZRL, 0, 0);
                put(&mut self.symbols, bits, length);
                (bits, length) = (0, 0);
                run -= 16;
                (from, others) = (place - run, 0);
            }
            if magnitude > 1 {
                (bits, length) = (bits << 1 | u64::from(magnitude & 1), length + 1);
                others += 1;
                continue;
            }
            self.end_run();
            self.symbols.symbol((run << 4 | 1) as u8, u32::from(value > 0), 1);
            put(&mut self.symbols, bits, length);
            (bits, length) = (0, 0);
            (from, others) = (place + 1, 0);
        }
        self.corrections.push(bits, length);
        self.end_block(if from > last { last } else { 0 });
    }

    /// Ends a block whose last value in the band is at `place`.
    #[inline(always)]
    fn end_block(&mut self, place: u32) {
        if place == self.scan.last {
            return;
        }
        self.run += 1;
        if self.run == LONGEST_RUN || self.corrections.is_full() {
            self.end_run();
        }
    }

    /// Codes the run of blocks that are over.
    #[inline(always)]
    pub(super) fn end_run(&mut self) {
        if self.run > 0 {
            self.symbols.run(self.run);
            self.run = 0;
            self.corrections.take(&mut self.symbols);
        }
    }
}

#[inline(always)]
fn value(run: u32, value: i32, symbols: &mut impl Symbols) {
    let size = u32::BITS - value.unsigned_abs().leading_zeros();
    // Negative values are one less, so that they begin with a 0 bit.
    let bits = (value + (value >> 31)) as u32 & ((1 << size) - 1);
    symbols.symbol((run << 4 | size) as u8, bits, size);
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
    #[inline(always)]
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

    #[inline(always)]
    fn take(&mut self, symbols: &mut impl Symbols) {
        if self.length > 0 {
            for (i, &word) in (0..self.length.div_ceil(32)).zip(&self.words) {
                symbols.bits(word, (self.length - 32 * i).min(32));
            }
            self.length = 0;
        }
    }
}

/// What a scan consists of, counted.
#[derive(Clone, Debug)]
pub(super) struct ScanCounts {
    pub(super) symbols: AcCounts,
    /// Bits that belong to no value.
    pub(super) bits: u64,
}

impl ScanCounts {
    pub(super) const NONE: ScanCounts = ScanCounts { symbols: AcCounts::NONE, bits: 0 };
}

impl Symbols for ScanCounts {
    #[inline(always)]
    fn whole(&mut self, byte: u8) {
        self.symbols.bytes[usize::from(byte)] += 1;
    }

    #[inline(always)]
    fn symbol(&mut self, symbol: u8, _: u32, length: u32) {
        self.symbols.large[usize::from(symbol)] += 1;
        // Those of a value are as many as the symbol says.
        if symbol & 15 == 0 {
            self.bits += u64::from(length);
        }
    }

    #[inline(always)]
    fn bits(&mut self, _: u32, length: u32) {
        self.bits += u64::from(length);
    }
}
