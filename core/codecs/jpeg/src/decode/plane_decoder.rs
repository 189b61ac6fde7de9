//! Components as the file holds them, for callers who want neither pixels nor one resolution.

use crate::decode::cost::DECODER_BYTES;
use crate::decode::geometry::Geometry;
use crate::decode::header::{Header, read_header};
use crate::decode::mcu_rows::McuRows;
use crate::decode::samples::mean;
use crate::decode::scale::Scale;
use crate::error::Error;

/// Decodes the planes of a picture's components side by side, each at a scale of its own, and leaves colours as they
/// are stored.
///
/// ```
/// use edgepix_jpeg::{PlaneDecoder, Scale};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// // Luma at half its size; the colour differences are stored at half the picture's already.
/// let mut decoder = PlaneDecoder::open(&jpeg, [Scale::HALF, Scale::FULL, Scale::FULL, Scale::FULL])?;
/// let mut planes = [const { Vec::new() }; 3];
/// while decoder.read_rows(|component, row| planes[component].extend_from_slice(row))? {}
/// assert!(planes.iter().all(|plane| plane.len() == 135 * 240));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct PlaneDecoder<'a> {
    mcu_rows: McuRows<'a>,
    /// Rows of MCUs delivered.
    delivered: usize,
    /// Of each component, the mean of the last row of samples delivered.
    means: [u8; 4],
    /// What stands in for a row that the data does not hold.
    filler: Vec<u8>,
}

const _: () = assert!(size_of::<PlaneDecoder<'_>>() as u64 <= DECODER_BYTES);

impl<'a> PlaneDecoder<'a> {
    /// Begins at the first scan of a file whose header is read already, and decodes all scans where there are several.
    ///
    /// `bytes` are those that the header was [read](read_header) from, or more of the same file. Those of another file
    /// end in an error or in wrong samples. `scales`: of the components in the order of the frame header, relative to
    /// their own size; those past the last component are ignored.
    ///
    /// All memory is allocated here: [`Header::planes_memory`] tells how much.
    pub fn new(bytes: &'a [u8], header: &Header, scales: [Scale; 4]) -> Result<Self, Error> {
        let geometry = Geometry::of_planes(&header.frame, scales);
        let mcu_rows = McuRows::new(bytes, header.clone(), geometry)?;
        let filler = vec![0; mcu_rows.geometry.widest_component()];
        Ok(PlaneDecoder { mcu_rows, delivered: 0, means: [0; 4], filler })
    }

    /// Reads the header, then as [`new`](Self::new).
    pub fn open(bytes: &'a [u8], scales: [Scale; 4]) -> Result<Self, Error> {
        PlaneDecoder::new(bytes, &read_header(bytes)?, scales)
    }

    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        &self.mcu_rows.header
    }

    /// Decodes a row of MCUs and gives `take` what it holds of each component: the component's index and a row of its
    /// samples, rows from the top. Each plane has as many rows as [`Header::plane_size`] says, all of which have been
    /// delivered when this returns `false`.
    ///
    /// Where the data ends early, but not before half of the rows, what is missing is filled with the mean of the
    /// last row there is.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where less than half of the rows are there.
    pub fn read_rows(&mut self, mut take: impl FnMut(usize, &[u8])) -> Result<bool, Error> {
        let y = self.delivered;
        if y == self.mcu_rows.geometry.mcus_down {
            return Ok(false);
        }
        if y < self.mcu_rows.intact {
            self.mcu_rows.next()?;
        }
        let McuRows { geometry, samples, intact, .. } = &self.mcu_rows;
        for (index, component) in geometry.components().iter().enumerate() {
            let rows = y * component.mcu_rows()..((y + 1) * component.mcu_rows()).min(component.height);
            for row in rows {
                if y < *intact {
                    take(index, samples.row(index, row));
                } else {
                    let filler = &mut self.filler[..component.width];
                    filler.fill(self.means[index]);
                    take(index, filler);
                }
            }
        }
        if y < *intact {
            for (index, component) in geometry.components().iter().enumerate() {
                let last = ((y + 1) * component.mcu_rows()).min(component.height) - 1;
                self.means[index] = mean(samples.row(index, last), 1)[0];
            }
        }
        self.delivered += 1;
        Ok(true)
    }
}
