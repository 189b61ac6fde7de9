//! The blocks of scans: sequential ones (T.81 F.2.2) and the four kinds of progressive ones (G.1.2).

use super::bits::{Bits, Codes};
use super::{Reference, Tables};

pub(super) struct Scan {
    /// The index of each component, and its tables.
    components: Vec<(usize, usize, usize)>,
    first: usize,
    last: usize,
    high: u8,
    low: u8,
}

impl Scan {
    pub(super) fn read(payload: &[u8], reference: &Reference) -> Scan {
        let (specifications, band) = payload[1..].split_at(2 * usize::from(payload[0]));
        let component = |specification: &[u8]| {
            let index = reference.components.iter().position(|c| c.identifier == specification[0]);
            let tables = specification[1];
            (index.expect("a component of the frame"), usize::from(tables >> 4), usize::from(tables & 15))
        };
        Scan {
            components: specifications.chunks_exact(2).map(component).collect(),
            first: band[0].into(),
            last: band[1].into(),
            high: band[2] >> 4,
            low: band[2] & 15,
        }
    }

    /// Decodes the data into the coefficients. Returns how many bytes it has.
    pub(super) fn decode(&self, reference: &mut Reference, tables: &Tables, data: &[u8]) -> usize {
        for &(index, ..) in &self.components {
            let component = &mut reference.components[index];
            component.steps = component.steps.or(tables.steps[component.table]);
        }
        let interleaved = self.components.len() > 1;
        let (across, down) =
            if interleaved { reference.mcus() } else { reference.own_blocks(self.components[0].0) };
        let mut bits = Bits::new(data);
        let (mut dc, mut run) = ([0; 4], 0);
        for mcu in 0..across * down {
            if tables.restart_interval > 0 && mcu > 0 && mcu % tables.restart_interval == 0 {
                bits.restart();
                (dc, run) = ([0; 4], 0);
            }
            for &(index, dc_table, ac_table) in &self.components {
                let component = &mut reference.components[index];
                let (width, height) =
                    if interleaved { (component.horizontal, component.vertical) } else { (1, 1) };
                for i in 0..width * height {
                    let (x, y) = (mcu % across * width + i % width, mcu / across * height + i / width);
                    let block = &mut component.blocks[y * component.stride + x];
                    let (dc_codes, ac_codes) = (&tables.dc[dc_table], &tables.ac[ac_table]);
                    match (reference.progressive, self.first, self.high) {
                        (false, ..) => {
                            block[0] = next_dc(&mut bits, dc_codes, &mut dc[index]);
                            sequential_ac(&mut bits, ac_codes, block);
                        }
                        (true, 0, 0) => block[0] = next_dc(&mut bits, dc_codes, &mut dc[index]) << self.low,
                        (true, 0, _) => block[0] |= bits.bit() << self.low,
                        (true, _, 0) => self.first_ac(&mut bits, ac_codes, &mut run, block),
                        (true, ..) => self.refine_ac(&mut bits, ac_codes, &mut run, block),
                    }
                }
            }
        }
        bits.end()
    }

    /// `run`: blocks still to come that have nothing in this band.
    fn first_ac(&self, bits: &mut Bits<'_>, codes: &Codes, run: &mut i32, block: &mut [i32; 64]) {
        if *run > 0 {
            *run -= 1;
            return;
        }
        let mut k = self.first;
        while k <= self.last {
            match split(codes.symbol(bits)) {
                (15, 0) => k += 16,
                (n, 0) => {
                    *run = (1 << n) + bits.take(n) - 1;
                    return;
                }
                (zeros, size) => {
                    k += usize::from(zeros);
                    block[k] = bits.signed(size) << self.low;
                    k += 1;
                }
            }
        }
    }

    /// `run`: blocks from this one on that have no new coefficients in this band.
    fn refine_ac(&self, bits: &mut Bits<'_>, codes: &Codes, run: &mut i32, block: &mut [i32; 64]) {
        let mut k = self.first;
        while *run == 0 && k <= self.last {
            let (mut zeros, size) = split(codes.symbol(bits));
            let new = match (zeros, size) {
                (15, 0) => 0,
                (n, 0) => {
                    *run = (1 << n) + bits.take(n);
                    break;
                }
                _ => bits.signed(1) << self.low,
            };
            // Coefficients that are there already take a bit each on the way, and do not count.
            while block[k] != 0 || zeros > 0 {
                if block[k] == 0 {
                    zeros -= 1;
                } else {
                    self.correct(bits, &mut block[k]);
                }
                k += 1;
            }
            block[k] = new;
            k += 1;
        }
        if *run > 0 {
            *run -= 1;
            for value in block[k..=self.last].iter_mut().filter(|value| **value != 0) {
                self.correct(bits, value);
            }
        }
    }

    fn correct(&self, bits: &mut Bits<'_>, value: &mut i32) {
        if bits.bit() == 1 {
            *value += value.signum() << self.low;
        }
    }
}

fn next_dc(bits: &mut Bits<'_>, codes: &Codes, dc: &mut i32) -> i32 {
    let size = codes.symbol(bits);
    *dc += bits.signed(size);
    *dc
}

fn sequential_ac(bits: &mut Bits<'_>, codes: &Codes, block: &mut [i32; 64]) {
    let mut k = 1;
    while k < 64 {
        match split(codes.symbol(bits)) {
            (15, 0) => k += 16,
            (_, 0) => return,
            (zeros, size) => {
                k += usize::from(zeros);
                block[k] = bits.signed(size);
                k += 1;
            }
        }
    }
}

/// A symbol's two halves: how many zeros, and how many bits.
fn split(symbol: u8) -> (u8, u8) {
    (symbol >> 4, symbol & 15)
}
