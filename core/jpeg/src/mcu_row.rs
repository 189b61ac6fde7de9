//! Decodes a single sequential scan, from data to samples, one row of MCUs at a time.

use crate::entropy::{Condition, Entropy};
use crate::header::Header;
use crate::layout::{ComponentLayout, Layout};
use crate::scan_header::{ScanComponent, ScanHeader};
use crate::sequential::{self, BlockTables};
use crate::strip::Strip;
use crate::tables::{Quantiser, Tables};

/// A row of MCUs of a scan that holds all components.
pub(crate) struct McuRow<'r> {
    pub(crate) header: &'r Header,
    pub(crate) layout: &'r Layout,
    pub(crate) scan: &'r ScanHeader,
    pub(crate) tables: &'r Tables,
    /// Rows of MCUs above.
    pub(crate) y: usize,
}

impl McuRow<'_> {
    /// Fills the strip's part for this row. `false` where the data ends before the row does.
    pub(crate) fn decode(&self, entropy: &mut Entropy<'_>, strip: &mut Strip) -> bool {
        for x in 0..self.layout.mcus_across {
            match entropy.begin_mcu() {
                Condition::Sound => {
                    let sound = self.decode_mcu(x, entropy, strip).is_some();
                    let condition = entropy.end_mcu(sound);
                    if condition == Condition::Ended {
                        return false;
                    }
                    if !sound {
                        self.conceal(x, entropy, strip);
                    }
                }
                Condition::Lost => self.conceal(x, entropy, strip),
                Condition::Ended => return false,
            }
        }
        true
    }

    #[inline]
    fn decode_mcu(&self, x: usize, entropy: &mut Entropy<'_>, strip: &mut Strip) -> Option<()> {
        for component in self.scan.components() {
            let layout = self.component(component);
            let tables = BlockTables {
                dc: &self.tables.dc[component.dc_table],
                ac: &self.tables.ac[component.ac_table],
                skip: &self.tables.skip[component.ac_table],
                quantiser: self.quantiser(component),
                places: strip.places(component.index),
            };
            let prediction = &mut entropy.predictions[component.index];
            for v in 0..layout.vertical {
                for h in 0..layout.horizontal {
                    let mut block = [0; 64];
                    let last = sequential::decode_block(
                        &mut entropy.bits,
                        tables,
                        prediction,
                        layout.last_kept,
                        &mut block,
                    )?;
                    let (x, y) = (x * layout.horizontal + h, self.y * layout.vertical + v);
                    strip.put(component.index, x, y, &block, last);
                }
            }
        }
        Some(())
    }

    /// Gives a lost MCU the last DC values.
    fn conceal(&self, x: usize, entropy: &Entropy<'_>, strip: &mut Strip) {
        for component in self.scan.components() {
            let layout = self.component(component);
            let mut block = [0; 64];
            block[0] =
                sequential::dequantise(entropy.predictions[component.index], self.quantiser(component)[0]);
            for v in 0..layout.vertical {
                for h in 0..layout.horizontal {
                    let (x, y) = (x * layout.horizontal + h, self.y * layout.vertical + v);
                    strip.put(component.index, x, y, &block, 0);
                }
            }
        }
    }

    fn component(&self, component: &ScanComponent) -> &ComponentLayout {
        &self.layout.components()[component.index]
    }

    fn quantiser(&self, component: &ScanComponent) -> &Quantiser {
        const NONE: &Quantiser = &[0; 64];
        let number = self.header.components[component.index].quantiser;
        self.tables.quantiser(number).unwrap_or(NONE)
    }
}
