//! Decodes a scan of a picture whose coefficients are kept.

use crate::coefficients::Coefficients;
use crate::entropy::{Condition, Entropy};
use crate::layout::Layout;
use crate::progressive;
use crate::scan_header::{ScanComponent, ScanHeader};
use crate::tables::Tables;

/// What is done with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sequential,
    DcFirst,
    DcRefine,
    AcFirst,
    AcRefine,
}

/// Decodes one scan as far as it goes. Returns how many rows of MCUs of the picture it covers.
pub(crate) fn decode_scan(
    scan: &ScanHeader,
    progressive: bool,
    layout: &Layout,
    tables: &Tables,
    coefficients: &mut Coefficients,
    data: &[u8],
) -> usize {
    let kind = match (progressive, scan.first, scan.high) {
        (false, ..) => Kind::Sequential,
        (true, 0, 0) => Kind::DcFirst,
        (true, 0, _) => Kind::DcRefine,
        (true, _, 0) => Kind::AcFirst,
        (true, ..) => Kind::AcRefine,
    };
    let entropy = Entropy::new(data, tables.restart_interval);
    let mut walk = Walk { kind, scan, tables, coefficients, entropy };
    match *scan.components() {
        [alone] => {
            let component = &layout.components()[alone.index];
            let (across, down) = (component.own_blocks_across, component.own_blocks_down);
            let rows = (0..down).take_while(|&y| walk.decode_row_alone(alone, across, y)).count();
            if rows == down { layout.mcus_down } else { rows / component.vertical }
        }
        _ => (0..layout.mcus_down).take_while(|&y| walk.decode_row(layout, y)).count(),
    }
}

struct Walk<'w> {
    kind: Kind,
    scan: &'w ScanHeader,
    tables: &'w Tables,
    coefficients: &'w mut Coefficients,
    entropy: Entropy<'w>,
}

impl Walk<'_> {
    /// One row of blocks of a scan that has one component. `false` where the data ends.
    fn decode_row_alone(&mut self, component: ScanComponent, across: usize, y: usize) -> bool {
        let mut x = 0;
        while x < across {
            if self.kind == Kind::AcFirst {
                x += self.entropy.skip_run(across - x);
                if x == across {
                    break;
                }
            }
            match self.entropy.begin_mcu() {
                Condition::Sound => {
                    let sound = self.decode_block(component, x, y).is_some();
                    if self.entropy.end_mcu(sound) == Condition::Ended {
                        return false;
                    }
                }
                Condition::Lost => self.conceal(component, x, y),
                Condition::Ended => return false,
            }
            x += 1;
        }
        true
    }

    /// One row of MCUs of an interleaved scan. `false` where the data ends.
    fn decode_row(&mut self, layout: &Layout, y: usize) -> bool {
        for x in 0..layout.mcus_across {
            match self.entropy.begin_mcu() {
                Condition::Sound => {
                    let sound = self.decode_mcu(layout, x, y).is_some();
                    if self.entropy.end_mcu(sound) == Condition::Ended {
                        return false;
                    }
                }
                Condition::Lost => {
                    for (component, x, y) in mcu_blocks(layout, self.scan, x, y) {
                        self.conceal(component, x, y);
                    }
                }
                Condition::Ended => return false,
            }
        }
        true
    }

    fn decode_mcu(&mut self, layout: &Layout, x: usize, y: usize) -> Option<()> {
        for (component, x, y) in mcu_blocks(layout, self.scan, x, y) {
            self.decode_block(component, x, y)?;
        }
        Some(())
    }

    #[inline]
    fn decode_block(&mut self, component: ScanComponent, x: usize, y: usize) -> Option<()> {
        let Entropy { bits, predictions, end_of_band_run, .. } = &mut self.entropy;
        if self.kind == Kind::AcFirst && *end_of_band_run > 0 {
            *end_of_band_run -= 1;
            return Some(());
        }
        let prediction = &mut predictions[component.index];
        let dc = &self.tables.dc[component.dc_table];
        let ac = &self.tables.ac[component.ac_table];
        let mut block = self.coefficients.components[component.index].block_mut(x, y);
        match self.kind {
            Kind::Sequential => {
                progressive::dc_first(bits, dc, prediction, 0, &mut block)?;
                progressive::ac_first(bits, ac, self.scan, None, &mut block)
            }
            Kind::DcFirst => progressive::dc_first(bits, dc, prediction, self.scan.low, &mut block),
            Kind::DcRefine => progressive::dc_refine(bits, self.scan.low, &mut block),
            Kind::AcFirst => progressive::ac_first(bits, ac, self.scan, Some(end_of_band_run), &mut block),
            Kind::AcRefine => progressive::ac_refine(bits, ac, self.scan, end_of_band_run, &mut block),
        }
    }

    /// Gives a lost block the last DC value; what it has no trace of stays zero.
    fn conceal(&mut self, component: ScanComponent, x: usize, y: usize) {
        let dc = self.entropy.predictions[component.index];
        let mut block = self.coefficients.components[component.index].block_mut(x, y);
        if matches!(self.kind, Kind::Sequential | Kind::DcFirst)
            && let Some(value) = block.value(0)
        {
            *value = dc.wrapping_shl(self.scan.low.into()) as i16;
        }
    }
}

/// The blocks of an MCU in their order (T.81 A.2.3), with their places in the component.
fn mcu_blocks(
    layout: &Layout,
    scan: &ScanHeader,
    x: usize,
    y: usize,
) -> impl Iterator<Item = (ScanComponent, usize, usize)> {
    scan.components().iter().flat_map(move |&component| {
        let blocks = &layout.components()[component.index];
        let (across, down) = (blocks.horizontal, blocks.vertical);
        (0..down).flat_map(move |v| (0..across).map(move |h| (component, x * across + h, y * down + v)))
    })
}
