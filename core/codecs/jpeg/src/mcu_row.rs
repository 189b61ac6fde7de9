//! Decodes a single sequential scan, from data to samples, one row of MCUs at a time.

use crate::entropy::{Condition, Entropy};
use crate::layout::{ComponentLayout, Layout};
use crate::scan_header::ScanHeader;
use crate::sequential::{self, BlockTables};
use crate::strip::Strip;
use crate::tables::Tables;

/// A row of MCUs of a scan that holds all components.
pub(crate) struct McuRow<'r> {
    pub(crate) layout: &'r Layout,
    pub(crate) scan: &'r ScanHeader,
    pub(crate) tables: &'r Tables,
    /// Rows of MCUs above.
    pub(crate) y: usize,
}

/// What the blocks of a component are decoded with.
struct Part<'r> {
    component: usize,
    layout: &'r ComponentLayout,
    tables: BlockTables<'r>,
}

impl<'r> McuRow<'r> {
    /// Fills the strip's part for this row. `false` where the data ends before the row does.
    pub(crate) fn decode(&self, entropy: &mut Entropy<'_>, strip: &mut Strip) -> bool {
        strip.turn_to(self.y);
        let mut parts = [const { None }; 4];
        for (part, scanned) in parts.iter_mut().zip(self.scan.components()) {
            let Some(shortcuts) = self.tables.shortcuts(scanned.ac_table) else { return false };
            *part = Some(Part {
                component: scanned.index,
                layout: &self.layout.components()[scanned.index],
                tables: BlockTables {
                    dc: &self.tables.dc[scanned.dc_table],
                    ac: &self.tables.ac[scanned.ac_table],
                    shortcuts,
                    places: strip.places(scanned.index),
                },
            });
        }
        let mut block = [0; 64];
        for x in 0..self.layout.mcus_across {
            match entropy.begin_mcu() {
                Condition::Sound => {
                    let sound = decode_mcu(&parts, x, entropy, strip, &mut block).is_some();
                    let condition = entropy.end_mcu(sound);
                    if condition == Condition::Ended {
                        return false;
                    }
                    if !sound {
                        block = [0; 64];
                        conceal(&parts, x, entropy, strip, &mut block);
                    }
                }
                Condition::Lost => conceal(&parts, x, entropy, strip, &mut block),
                Condition::Ended => return false,
            }
        }
        true
    }
}

/// `block` is all zero, and will be again if the MCU is sound.
#[inline]
fn decode_mcu(
    parts: &[Option<Part<'_>>; 4],
    x: usize,
    entropy: &mut Entropy<'_>,
    strip: &mut Strip,
    block: &mut [i16; 64],
) -> Option<()> {
    for part in parts.iter().flatten() {
        let prediction = &mut entropy.predictions[part.component];
        for v in 0..part.layout.vertical {
            for h in 0..part.layout.horizontal {
                let last_kept = part.layout.last_kept;
                let last =
                    sequential::decode_block(&mut entropy.bits, part.tables, prediction, last_kept, block)?;
                strip.put(part.component, x * part.layout.horizontal + h, v, block, last);
            }
        }
    }
    Some(())
}

/// Gives a lost MCU the last DC values.
#[cold]
#[inline(never)]
fn conceal(
    parts: &[Option<Part<'_>>; 4],
    x: usize,
    entropy: &Entropy<'_>,
    strip: &mut Strip,
    block: &mut [i16; 64],
) {
    for part in parts.iter().flatten() {
        for v in 0..part.layout.vertical {
            for h in 0..part.layout.horizontal {
                block[0] = entropy.predictions[part.component] as i16;
                strip.put(part.component, x * part.layout.horizontal + h, v, block, 0);
            }
        }
    }
}
