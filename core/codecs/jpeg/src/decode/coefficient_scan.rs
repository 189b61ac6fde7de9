//! Decodes a scan of a picture whose coefficients are kept.

use crate::decode::coefficients::Coefficients;
use crate::decode::entropy::progressive_block;
use crate::decode::entropy::scan_data::{Condition, ScanData};
use crate::decode::geometry::Geometry;
use crate::decode::scan_header::{ScanComponent, ScanHeader};
use crate::decode::tables::Tables;

/// What is done with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sequential,
    DcFirst,
    DcRefine,
    AcFirst,
    AcRefine,
}

/// Decodes one scan as far as it goes. Returns how many rows of MCUs of the picture it covers, and whether nothing of it is
/// lost.
pub(crate) fn decode_scan(
    scan: &ScanHeader,
    progressive: bool,
    geometry: &Geometry,
    tables: &Tables,
    coefficients: &mut Coefficients,
    data: &[u8],
) -> (usize, bool) {
    let kind = match (progressive, scan.first, scan.high) {
        (false, ..) => Kind::Sequential,
        (true, 0, 0) => Kind::DcFirst,
        (true, 0, _) => Kind::DcRefine,
        (true, _, 0) => Kind::AcFirst,
        (true, ..) => Kind::AcRefine,
    };
    let scan_data = ScanData::new(data, tables.restart_interval);
    let mut decoder = ScanDecoder { kind, scan, tables, coefficients, data: scan_data };
    let covered = match *scan.components() {
        [single] => {
            let component = &geometry.components()[single.index];
            let (across, down) = (component.own_blocks_across, component.own_blocks_down);
            let rows = (0..down).take_while(|&y| decoder.decode_row_of_blocks(single, across, y)).count();
            if rows == down { geometry.mcus_down } else { rows / component.vertical }
        }
        _ => (0..geometry.mcus_down).take_while(|&y| decoder.decode_row_of_mcus(geometry, y)).count(),
    };
    (covered, decoder.data.is_intact())
}

struct ScanDecoder<'w> {
    kind: Kind,
    scan: &'w ScanHeader,
    tables: &'w Tables,
    coefficients: &'w mut Coefficients,
    data: ScanData<'w>,
}

impl ScanDecoder<'_> {
    /// One row of blocks of a scan that has one component. `false` where the data ends.
    fn decode_row_of_blocks(&mut self, component: ScanComponent, across: usize, y: usize) -> bool {
        let mut x = 0;
        while x < across {
            if self.kind == Kind::AcFirst {
                x += self.data.skip_run(across - x);
                if x == across {
                    break;
                }
            }
            match self.data.begin_mcu() {
                Condition::Intact => {
                    let intact = self.decode_block(component, x, y).is_some();
                    if self.data.end_mcu(intact) == Condition::Ended {
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
    fn decode_row_of_mcus(&mut self, geometry: &Geometry, y: usize) -> bool {
        for x in 0..geometry.mcus_across {
            match self.data.begin_mcu() {
                Condition::Intact => {
                    let intact = self.decode_mcu(geometry, x, y).is_some();
                    if self.data.end_mcu(intact) == Condition::Ended {
                        return false;
                    }
                }
                Condition::Lost => {
                    for (component, x, y) in mcu_blocks(geometry, self.scan, x, y) {
                        self.conceal(component, x, y);
                    }
                }
                Condition::Ended => return false,
            }
        }
        true
    }

    fn decode_mcu(&mut self, geometry: &Geometry, x: usize, y: usize) -> Option<()> {
        for (component, x, y) in mcu_blocks(geometry, self.scan, x, y) {
            self.decode_block(component, x, y)?;
        }
        Some(())
    }

    #[inline]
    fn decode_block(&mut self, component: ScanComponent, x: usize, y: usize) -> Option<()> {
        let ScanData { bits, predictions, end_of_band_run, .. } = &mut self.data;
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
                progressive_block::dc_first(bits, dc, prediction, 0, &mut block)?;
                progressive_block::ac_first(bits, ac, self.scan, None, &mut block)
            }
            Kind::DcFirst => progressive_block::dc_first(bits, dc, prediction, self.scan.low, &mut block),
            Kind::DcRefine => progressive_block::dc_refine(bits, self.scan.low, &mut block),
            Kind::AcFirst => {
                progressive_block::ac_first(bits, ac, self.scan, Some(end_of_band_run), &mut block)
            }
            Kind::AcRefine => progressive_block::ac_refine(bits, ac, self.scan, end_of_band_run, &mut block),
        }
    }

    /// Gives a lost block the last DC value; what it has no trace of stays zero.
    fn conceal(&mut self, component: ScanComponent, x: usize, y: usize) {
        let dc = self.data.predictions[component.index];
        let mut block = self.coefficients.components[component.index].block_mut(x, y);
        if matches!(self.kind, Kind::Sequential | Kind::DcFirst)
            && let Some(value) = block.value(0)
        {
            *value = dc.wrapping_shl(self.scan.low.into()) as i16;
        }
    }
}

/// The blocks of an MCU in their order (T.81 A.2.3), with their places in the component.
pub(crate) fn mcu_blocks(
    geometry: &Geometry,
    scan: &ScanHeader,
    x: usize,
    y: usize,
) -> impl Iterator<Item = (ScanComponent, usize, usize)> {
    scan.components().iter().flat_map(move |&component| {
        let blocks = &geometry.components()[component.index];
        let (across, down) = (blocks.horizontal, blocks.vertical);
        (0..down).flat_map(move |v| (0..across).map(move |h| (component, x * across + h, y * down + v)))
    })
}
