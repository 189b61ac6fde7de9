//! Components as the file holds them, for those who want neither pixels nor one resolution.

use crate::decoder::mean;
use crate::error::Error;
use crate::header::{Header, Scale};
use crate::layout::Layout;
use crate::mcus::{self, Mcus};

/// Decodes the planes of a picture's components side by side, each at a scale of its own, and leaves colours as they
/// are stored.
#[derive(Debug)]
pub struct PlaneDecoder<'a> {
    mcus: Mcus<'a>,
    /// Rows of MCUs handed out.
    handed: usize,
    /// Of each component, the mean of the last row of samples handed out.
    means: [u8; 4],
    /// What stands in for a row that the data does not hold.
    filler: Vec<u8>,
}

/// A bound on the size of a boxed decoder that is the same on every machine.
const DECODER_BYTES: u64 = 2560;
const _: () = assert!(size_of::<PlaneDecoder<'_>>() as u64 <= DECODER_BYTES);

/// The heap bytes of a boxed decoder.
pub(crate) fn heap_bytes(header: &Header, layout: &Layout) -> u64 {
    DECODER_BYTES + mcus::heap_bytes(header, layout) + widest(layout) as u64
}

fn widest(layout: &Layout) -> usize {
    layout.components().iter().map(|component| component.width).max().unwrap_or(0)
}

impl<'a> PlaneDecoder<'a> {
    /// Reads the header, and all scans where there are several. `scales`: of the components in the order of the frame
    /// header, relative to their own size; those that there are not do not matter.
    ///
    /// All memory is allocated here: [`Header::planes_memory`] tells how much.
    pub fn new(bytes: &'a [u8], scales: [Scale; 4]) -> Result<Self, Error> {
        let mcus = Mcus::new(bytes, &|header| Layout::of_planes(header, scales))?;
        let filler = vec![0; widest(&mcus.layout)];
        Ok(PlaneDecoder { mcus, handed: 0, means: [0; 4], filler })
    }

    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        &self.mcus.header
    }

    /// Decodes a row of MCUs and hands out what it holds of each component: the component's index and a row of its
    /// samples, rows from the top. Each plane has as many rows as [`Header::plane_size`] says, all of which have been
    /// handed out when it returns `false`.
    ///
    /// Where the data ends early, but not before half of the rows, what is missing is filled with the mean of the
    /// last row there is.
    pub fn read_rows(&mut self, mut take: impl FnMut(usize, &[u8])) -> Result<bool, Error> {
        let y = self.handed;
        if y == self.mcus.layout.mcus_down {
            return Ok(false);
        }
        if y < self.mcus.sound {
            self.mcus.next()?;
        }
        let Mcus { layout, strip, sound, .. } = &self.mcus;
        for (index, component) in layout.components().iter().enumerate() {
            let rows = y * component.mcu_rows()..((y + 1) * component.mcu_rows()).min(component.height);
            for row in rows {
                if y < *sound {
                    take(index, strip.samples(index, row));
                } else {
                    let filler = &mut self.filler[..component.width];
                    filler.fill(self.means[index]);
                    take(index, filler);
                }
            }
        }
        if y < *sound {
            for (index, component) in layout.components().iter().enumerate() {
                let last = ((y + 1) * component.mcu_rows()).min(component.height) - 1;
                self.means[index] = mean(strip.samples(index, last), 1)[0];
            }
        }
        self.handed += 1;
        Ok(true)
    }
}
