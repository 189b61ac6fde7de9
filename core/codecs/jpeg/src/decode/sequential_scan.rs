//! Decodes a single sequential scan straight to samples, one row of MCUs at a time.

use crate::decode::entropy::scan_data::{Condition, ScanData};
use crate::decode::entropy::sequential_block::{self, BlockTables};
use crate::decode::geometry::{ComponentGeometry, Geometry};
use crate::decode::samples::SampleRows;
use crate::decode::scan_header::ScanHeader;
use crate::decode::tables::Tables;

/// A row of MCUs of a scan that holds all components.
pub(crate) struct SequentialRow<'r> {
    pub(crate) geometry: &'r Geometry,
    pub(crate) scan: &'r ScanHeader,
    pub(crate) tables: &'r Tables,
    /// Rows of MCUs above.
    pub(crate) y: usize,
}

/// What the blocks of a component are decoded with.
struct ComponentDecoder<'r> {
    index: usize,
    geometry: &'r ComponentGeometry,
    tables: BlockTables<'r>,
}

impl<'r> SequentialRow<'r> {
    /// Decodes the row into `samples`. `false` where the data ends before the row does.
    pub(crate) fn decode(&self, data: &mut ScanData<'_>, samples: &mut SampleRows) -> bool {
        samples.begin_mcu_row(self.y);
        let mut components = [const { None }; 4];
        for (component, scanned) in components.iter_mut().zip(self.scan.components()) {
            let Some(lookup) = self.tables.ac_lookup(scanned.ac_table) else { return false };
            *component = Some(ComponentDecoder {
                index: scanned.index,
                geometry: &self.geometry.components()[scanned.index],
                tables: BlockTables {
                    dc: &self.tables.dc[scanned.dc_table],
                    ac: &self.tables.ac[scanned.ac_table],
                    lookup,
                    places: samples.places(scanned.index),
                },
            });
        }
        let mut block = [0; 64];
        for x in 0..self.geometry.mcus_across {
            match data.begin_mcu() {
                Condition::Intact => {
                    let intact = decode_mcu(&components, x, data, samples, &mut block).is_some();
                    let condition = data.end_mcu(intact);
                    if condition == Condition::Ended {
                        return false;
                    }
                    if !intact {
                        block = [0; 64];
                        conceal(&components, x, data, samples, &mut block);
                    }
                }
                Condition::Lost => conceal(&components, x, data, samples, &mut block),
                Condition::Ended => return false,
            }
        }
        true
    }
}

/// `block` is all zero, and will be again if the MCU is intact.
#[inline]
fn decode_mcu(
    components: &[Option<ComponentDecoder<'_>>; 4],
    x: usize,
    data: &mut ScanData<'_>,
    samples: &mut SampleRows,
    block: &mut [i16; 64],
) -> Option<()> {
    for component in components.iter().flatten() {
        let prediction = &mut data.predictions[component.index];
        for v in 0..component.geometry.vertical {
            for h in 0..component.geometry.horizontal {
                let last_kept = component.geometry.last_kept;
                let last = sequential_block::decode_block(
                    &mut data.bits,
                    component.tables,
                    prediction,
                    last_kept,
                    block,
                )?;
                samples.put(component.index, x * component.geometry.horizontal + h, v, block, last);
            }
        }
    }
    Some(())
}

/// Gives a lost MCU the last DC values.
#[cold]
#[inline(never)]
fn conceal(
    components: &[Option<ComponentDecoder<'_>>; 4],
    x: usize,
    data: &ScanData<'_>,
    samples: &mut SampleRows,
    block: &mut [i16; 64],
) {
    for component in components.iter().flatten() {
        for v in 0..component.geometry.vertical {
            for h in 0..component.geometry.horizontal {
                block[0] = data.predictions[component.index] as i16;
                samples.put(component.index, x * component.geometry.horizontal + h, v, block, 0);
            }
        }
    }
}
