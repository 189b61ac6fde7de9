//! A file's coefficients as they are stored, and what is needed to write them again.

use crate::decode::coefficient_scan::mcu_blocks;
use crate::decode::coefficients::Coefficients as Kept;
use crate::decode::cost;
use crate::decode::definitions::QuantisationTable;
use crate::decode::frame::{Component, Frame};
use crate::decode::geometry::Geometry;
use crate::decode::header::{Header, colour_markers};
use crate::decode::mcu_rows::Scans;
use crate::decode::needed_scans::NeededScans;
use crate::decode::scale::Scale;
use crate::decode::scan_header::{ScanComponent, ScanHeader};
use crate::decode::tables::Tables;
use crate::error::Error;
use crate::segments::Segments;
use crate::zigzag::ZIGZAG;

/// All quantised coefficients of an intact file, whatever its process and sampling factors.
///
/// They can be [turned](Self::turned) without loss, and [written](crate::recode_coefficients) again.
///
/// ```
/// use edgepix_jpeg::{Coefficients, Turn, read_header};
///
/// let jpeg = std::fs::read("photo.jpg")?;
/// let header = read_header(&jpeg)?;
/// assert!(Coefficients::memory(&header, Turn::default()) < 1_000_000);
/// let coefficients = Coefficients::decode(&jpeg, &header)?;
/// let (across, down) = coefficients.blocks(0);
/// assert_eq!((across, down), (34, 60));
/// let mean = coefficients.block(0, across - 1, down - 1)[0];
/// assert!((-1024..1024).contains(&mean));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Coefficients {
    pub(crate) structure: Structure,
    geometry: Geometry,
    /// 64 values a block in natural order, row by row, of each component.
    values: [Vec<i16>; 4],
}

/// What a file says about its blocks.
#[derive(Clone, Debug)]
pub(crate) struct Structure {
    pub(crate) frame: Frame,
    /// Of each component, in zigzag order.
    pub(crate) quantisation: [QuantisationTable; 4],
    pub(crate) scans: Vec<ScanHeader>,
    /// Whether there is a JFIF segment.
    pub(crate) jfif: bool,
    /// The transform that Adobe's segment announces.
    pub(crate) adobe: Option<u8>,
}

/// Takes a block with what a scan says of its component: the coefficients in natural order.
pub(crate) type TakeBlock<'t> = dyn FnMut(ScanComponent, &[i16; 64]) -> Result<(), Error> + 't;

/// How a picture is turned: rows and columns change places first, then it is mirrored.
///
/// ```
/// use edgepix_jpeg::{Turn, read_header};
///
/// let header = read_header(&std::fs::read("photo.jpg")?)?;
/// // 270 × 480 pixels in MCUs of 16 × 16.
/// assert!(!Turn { mirror_x: true, ..Turn::default() }.is_lossless(&header));
/// assert!(Turn { mirror_y: true, ..Turn::default() }.is_lossless(&header));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Rows become columns.
    pub transpose: bool,
    /// Left and right change places.
    pub mirror_x: bool,
    /// Top and bottom change places.
    pub mirror_y: bool,
}

impl Turn {
    /// Whether no pixel is lost: a side that is mirrored must be whole MCUs, as what pads the last one would come first.
    pub fn is_lossless(self, header: &Header) -> bool {
        let geometry = Geometry::new(&header.frame, Scale::FULL);
        let (mirror_x, mirror_y) = self.on_stored();
        let (width, height) = (header.width() as usize, header.height() as usize);
        let mcu_width = geometry.mcus_across * geometry.mcu_width;
        let mcu_height = geometry.mcus_down * geometry.file_rows;
        (!mirror_x || mcu_width == width) && (!mirror_y || mcu_height == height)
    }

    /// The mirrors where they are applied before rows and columns change places.
    fn on_stored(self) -> (bool, bool) {
        if self.transpose { (self.mirror_y, self.mirror_x) } else { (self.mirror_x, self.mirror_y) }
    }
}

impl Coefficients {
    /// Decodes all scans.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where anything of the picture is missing or broken: a picture that others would show with what stands
    /// in for that cannot be written again as it is.
    pub fn decode(bytes: &[u8], header: &Header) -> Result<Self, Error> {
        if Coefficients::memory(header, Turn::default()) > isize::MAX as u64 {
            return Err(Error::Unsupported("more memory than this machine can address"));
        }
        let geometry = Geometry::new(&header.frame, Scale::FULL);
        let mut tables = Tables::load(bytes, &header.tables)?;
        let mut kept = Kept::new(&geometry);
        let segments = Segments::starting_at(bytes, header.scan_data);
        let mut scans = Vec::with_capacity(NeededScans::MOST);
        let all = Scans { frame: &header.frame, geometry: &geometry, tables: &mut tables };
        let is_whole = all.decode_whole(&header.first_scan, segments, &mut kept, &mut scans)?;
        if !is_whole {
            return Err(Error::Damaged("not all of the picture is there"));
        }
        let (jfif, adobe) = colour_markers(bytes);
        let mut quantisation = [[1; 64]; 4];
        let mut values: [Vec<i16>; 4] = Default::default();
        let components = kept.components.into_iter().take(header.components().len()).enumerate();
        for (index, component) in components {
            let table = component.quantisation_table.ok_or(Error::Damaged("no quantisation table"))?;
            quantisation[index] = table;
            values[index] = component.into_values();
        }
        let structure = Structure { frame: header.frame, quantisation, scans, jfif, adobe };
        Ok(Coefficients { structure, geometry, values })
    }

    /// The most heap bytes that [decoding](Self::decode) and [turning](Self::turned) take at any time.
    pub fn memory(header: &Header, turn: Turn) -> u64 {
        let geometry = Geometry::new(&header.frame, Scale::FULL);
        let scans = (NeededScans::MOST * size_of::<ScanHeader>()) as u64;
        let tables = Tables::heap_bytes([false; 4]) + cost::DECODER_BYTES;
        let decoding = Kept::heap_bytes(&geometry) + tables;
        // A component stands beside itself turned.
        let largest = components_bytes(&geometry).max().unwrap_or(0);
        let turning = if turn == Turn::default() { 0 } else { Self::own_memory(header) + largest };
        u64::max(decoding + scans, turning)
    }

    /// The heap bytes that they are themselves.
    pub(crate) fn own_memory(header: &Header) -> u64 {
        let scans = (NeededScans::MOST * size_of::<ScanHeader>()) as u64;
        components_bytes(&Geometry::new(&header.frame, Scale::FULL)).sum::<u64>() + scans
    }

    /// Columns and rows of pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.structure.frame.width, self.structure.frame.height)
    }

    /// The components in the order of the frame header: 1, 3 or 4.
    pub fn components(&self) -> &[Component] {
        self.structure.frame.components()
    }

    /// Blocks of a component, across and down, in whole MCUs. 0 where there is no such component.
    pub fn blocks(&self, component: usize) -> (usize, usize) {
        self.geometry.components().get(component).map_or((0, 0), |it| (it.blocks_across, it.blocks_down))
    }

    /// A block's coefficients in natural order: row × 8 + column, not dequantised.
    ///
    /// # Panics
    ///
    /// Where there is no such block.
    pub fn block(&self, component: usize, x: usize, y: usize) -> &[i16; 64] {
        let (across, _) = self.blocks(component);
        assert!(x < across, "a block of the component");
        let (blocks, _) = self.values[component].as_chunks::<64>();
        &blocks[y * across + x]
    }

    /// The quantisation steps of a component in natural order. All 1 where there is no such component.
    pub fn steps(&self, component: usize) -> [u16; 64] {
        let mut steps = [1; 64];
        if let Some(table) = self.structure.quantisation.get(component) {
            ZIGZAG.iter().zip(table).for_each(|(&natural, &step)| steps[usize::from(natural)] = step);
        }
        steps
    }

    /// The picture turned, which moves coefficients and changes signs.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where a side that is mirrored is no whole number of MCUs.
    pub fn turned(mut self, turn: Turn) -> Result<Self, Error> {
        let (mirror_x, mirror_y) = turn.on_stored();
        let frame = self.structure.frame;
        let (width, height) = (frame.width as usize, frame.height as usize);
        let geometry = &self.geometry;
        if (mirror_x && geometry.mcus_across * geometry.mcu_width != width)
            || (mirror_y && geometry.mcus_down * geometry.file_rows != height)
        {
            return Err(Error::Misuse("sides of whole MCUs where they are mirrored"));
        }
        for (values, component) in self.values.iter_mut().zip(geometry.components()) {
            let (across, down) = (component.blocks_across, component.blocks_down);
            let mut turned = vec![0; values.len()];
            let (to, _) = turned.as_chunks_mut::<64>();
            let (from, _) = values.as_chunks::<64>();
            for (index, block) in from.iter().enumerate() {
                let (mut x, mut y) = (index % across, index / across);
                x = if mirror_x { across - 1 - x } else { x };
                y = if mirror_y { down - 1 - y } else { y };
                let place = if turn.transpose { x * down + y } else { y * across + x };
                to[place] = turned_block(block, mirror_x, mirror_y, turn.transpose);
            }
            *values = turned;
        }
        if turn.transpose {
            self.structure.frame = frame.transposed();
            self.structure.quantisation = self.structure.quantisation.map(|table| transposed(&table));
            self.geometry = Geometry::new(&self.structure.frame, Scale::FULL);
        }
        Ok(self)
    }

    /// Gives the blocks of a scan to `take`, in its order.
    pub(crate) fn of_scan(&self, scan: &ScanHeader, take: &mut TakeBlock<'_>) -> Result<(), Error> {
        if let [single] = *scan.components() {
            let geometry = &self.geometry.components()[single.index];
            for y in 0..geometry.own_blocks_down {
                for x in 0..geometry.own_blocks_across {
                    take(single, self.block(single.index, x, y))?;
                }
            }
            return Ok(());
        }
        for y in 0..self.geometry.mcus_down {
            for x in 0..self.geometry.mcus_across {
                for (component, x, y) in mcu_blocks(&self.geometry, scan, x, y) {
                    take(component, self.block(component.index, x, y))?;
                }
            }
        }
        Ok(())
    }
}

/// Bytes of the coefficients of each component.
fn components_bytes(geometry: &Geometry) -> impl Iterator<Item = u64> {
    geometry
        .components()
        .iter()
        .map(|component| (component.blocks_across * component.blocks_down * 128) as u64)
}

/// Mirrored, and then transposed. A mirror changes the sign of what is odd along its axis.
fn turned_block(block: &[i16; 64], mirror_x: bool, mirror_y: bool, transpose: bool) -> [i16; 64] {
    std::array::from_fn(|place| {
        let (row, column) = if transpose { (place % 8, place / 8) } else { (place / 8, place % 8) };
        let value = block[row * 8 + column];
        let odd = (mirror_x && column % 2 == 1) != (mirror_y && row % 2 == 1);
        if odd { value.wrapping_neg() } else { value }
    })
}

/// The steps with rows and columns changed, both in zigzag order.
fn transposed(table: &QuantisationTable) -> QuantisationTable {
    std::array::from_fn(|place| {
        let natural = ZIGZAG[place];
        let other = natural % 8 * 8 + natural / 8;
        let from = ZIGZAG.iter().position(|&natural| natural == other).unwrap_or(place);
        table[from]
    })
}
