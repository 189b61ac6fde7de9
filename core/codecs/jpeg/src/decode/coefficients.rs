//! Keeps the coefficients of a whole picture: those that the scale needs, and where the others are not zero.
//!
//! Refinement scans (T.81 G.1.2.3) hold one bit for each coefficient that is not zero already. To find the bits
//! of the kept ones among them, it is enough to know *which* others are not zero: one mask of 64 bits a block.

use crate::decode::definitions::QuantisationTable;
use crate::decode::geometry::{ComponentGeometry, Geometry};
use crate::decode::idct::Places;
use crate::decode::scan_header::ScanHeader;
use crate::zigzag::ZIGZAG;

/// The kept coefficients of all components.
#[derive(Debug)]
pub(crate) struct Coefficients {
    pub(crate) components: [ComponentCoefficients; 4],
}

/// The kept coefficients of one component.
#[derive(Debug, Default)]
pub(crate) struct ComponentCoefficients {
    /// `kept` values for each block, row by row, not dequantised.
    values: Vec<i16>,
    /// For each block, the zigzag indices of coefficients that may differ from zero. Empty where only the DC
    /// value is kept, as no AC scan matters then.
    masks: Vec<u64>,
    kept: Kept,
    blocks_across: usize,
    /// The quantisation table in force when the component's first scan began, in zigzag order.
    pub(crate) quantisation_table: Option<QuantisationTable>,
    missing: MissingBits,
}

/// Which coefficients are kept, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    width: usize,
    height: usize,
    /// By zigzag index: the place among the block's values, or `DROPPED`.
    slots: [u8; 64],
    /// A mask of the zigzag indices kept.
    pub(crate) mask: u64,
}

/// For each zigzag index, how many low bits are still missing; `UNSEEN` before its first scan.
#[derive(Clone, Copy, Debug)]
struct MissingBits([u8; 64]);

const DROPPED: u8 = 0xFF;
const UNSEEN: u8 = 0xFF;

/// A block's values and mask, for a scan to change.
pub(crate) struct BlockMut<'c> {
    values: &'c mut [i16],
    slots: &'c [u8; 64],
    pub(crate) kept_mask: u64,
    pub(crate) mask: Option<&'c mut u64>,
}

/// A bound on the size of `Coefficients` that is the same on every machine.
const OWN_BYTES: u64 = 1536;
const _: () = assert!(size_of::<Coefficients>() as u64 <= OWN_BYTES);

impl Coefficients {
    pub(crate) fn new(geometry: &Geometry) -> Self {
        let mut components: [ComponentCoefficients; 4] = Default::default();
        for (coefficients, geometry) in components.iter_mut().zip(geometry.components()) {
            *coefficients = ComponentCoefficients::new(geometry);
        }
        Coefficients { components }
    }

    /// Heap bytes of the boxed whole.
    pub(crate) fn heap_bytes(geometry: &Geometry) -> u64 {
        let component = |c: &ComponentGeometry| {
            let blocks = (c.blocks_across * c.blocks_down) as u64;
            blocks * (c.kept() * size_of::<i16>()) as u64 + masks(c) as u64 * size_of::<u64>() as u64
        };
        OWN_BYTES + geometry.components().iter().map(component).sum::<u64>()
    }

    /// Whether all bits of all coefficients of so many components have come.
    pub(crate) fn is_complete(&self, components: usize) -> bool {
        self.components[..components].iter().all(|component| component.missing.0 == [0; 64])
    }

    /// Notes what a scan will bring. `false` if its coefficients are not at the precision that it refines: such a scan must
    /// be left out.
    pub(crate) fn advance(&mut self, scan: &ScanHeader) -> bool {
        let band = scan.first..=scan.last;
        let before = if scan.high == 0 { UNSEEN } else { scan.high };
        let mut components = scan.components().iter().map(|c| &self.components[c.index].missing);
        if !components.all(|missing| missing.0[band.clone()].iter().all(|&bits| bits == before)) {
            return false;
        }
        for component in scan.components() {
            self.components[component.index].missing.0[band.clone()].fill(scan.low);
        }
        true
    }
}

impl ComponentCoefficients {
    fn new(geometry: &ComponentGeometry) -> Self {
        let blocks = geometry.blocks_across * geometry.blocks_down;
        ComponentCoefficients {
            values: vec![0; blocks * geometry.kept()],
            masks: vec![0; masks(geometry)],
            kept: Kept::new(geometry.block_width, geometry.block_height),
            blocks_across: geometry.blocks_across,
            quantisation_table: None,
            missing: MissingBits::default(),
        }
    }

    /// Sets the quantisation table, the first time.
    pub(crate) fn set_quantisation_table(&mut self, quantisation_table: Option<&QuantisationTable>) {
        if self.quantisation_table.is_none() {
            self.quantisation_table = quantisation_table.copied();
        }
    }

    /// The values alone: `kept` for each block, row by row.
    pub(crate) fn into_values(self) -> Vec<i16> {
        self.values
    }

    #[inline]
    pub(crate) fn block_mut(&mut self, x: usize, y: usize) -> BlockMut<'_> {
        let index = y * self.blocks_across + x;
        let kept = self.kept.width * self.kept.height;
        BlockMut {
            values: &mut self.values[index * kept..][..kept],
            slots: &self.kept.slots,
            kept_mask: self.kept.mask,
            mask: self.masks.get_mut(index),
        }
    }

    /// Writes the kept coefficients to their places in a block that is all zero. Returns the zigzag index of the last
    /// that may differ from zero.
    pub(crate) fn read(&self, x: usize, y: usize, places: &Places, block: &mut [i16; 64]) -> usize {
        let index = y * self.blocks_across + x;
        let kept = self.kept.width * self.kept.height;
        let values = &self.values[index * kept..][..kept];
        block[0] = values[0];
        let mask = self.masks.get(index).map_or(0, |mask| mask & self.kept.mask & !1);
        let mut rest = mask;
        while rest != 0 {
            let zigzag = rest.trailing_zeros() as usize;
            let value = values[usize::from(self.kept.slots[zigzag])];
            block[usize::from(places[zigzag] & 63)] = value;
            rest &= rest - 1;
        }
        63 - (mask | 1).leading_zeros() as usize
    }
}

impl BlockMut<'_> {
    /// The value at a zigzag index, if that is kept.
    #[inline(always)]
    pub(crate) fn value(&mut self, zigzag: usize) -> Option<&mut i16> {
        self.values.get_mut(usize::from(self.slots[zigzag & 63]))
    }
}

impl Kept {
    fn new(width: usize, height: usize) -> Self {
        let mut kept = Kept { width, height, slots: [DROPPED; 64], mask: 0 };
        for (zigzag, &natural) in ZIGZAG.iter().enumerate() {
            let (x, y) = (usize::from(natural) % 8, usize::from(natural) / 8);
            if x < width && y < height {
                kept.slots[zigzag] = (y * width + x) as u8;
                kept.mask |= 1 << zigzag;
            }
        }
        kept
    }
}

impl Default for Kept {
    fn default() -> Self {
        Kept::new(1, 1)
    }
}

impl Default for MissingBits {
    fn default() -> Self {
        MissingBits([UNSEEN; 64])
    }
}

/// How many masks a component needs.
fn masks(geometry: &ComponentGeometry) -> usize {
    if geometry.kept() == 1 { 0 } else { geometry.blocks_across * geometry.blocks_down }
}
