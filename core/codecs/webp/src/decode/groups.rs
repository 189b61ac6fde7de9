//! Groups of prefix codes, and which tile uses which (RFC 9649, section 3.7.2.2).

use crate::decode::bits::BitReader;
use crate::decode::codes::{MAX_SYMBOLS, read_lengths};
use crate::decode::error::DecodeError;
use crate::decode::memory::GROUP_MEMORY;
use crate::decode::table::Table;
use crate::histogram::{CODES, LENGTHS, LITERALS};

/// The five codes of a group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) entries: Box<[u16]>,
    pub(crate) tables: [Table; CODES],
    /// Red, blue and alpha, if they take no bits.
    pub(crate) constant: Option<u32>,
}

const _: () = assert!(size_of::<Group>() as u64 <= GROUP_MEMORY);

impl Group {
    /// Reads five codes, using `entries` for its room.
    fn read(bits: &mut BitReader<'_>, cached: usize, entries: &mut Vec<u16>) -> Result<Self, DecodeError> {
        let mut lengths = [0; MAX_SYMBOLS];
        entries.clear();
        let mut tables = [Table::default(); CODES];
        let alphabets = [LITERALS + LENGTHS + cached, LITERALS, LITERALS, LITERALS, DISTANCES];
        for (table, symbols) in tables.iter_mut().zip(alphabets) {
            read_lengths(bits, &mut lengths[..symbols])?;
            *table = Table::build(&lengths[..symbols], entries)?;
        }
        let single = |at: usize| tables[at].single(entries).map(u32::from);
        let constant = match (single(1), single(2), single(3)) {
            (Some(red), Some(blue), Some(alpha)) => Some(alpha << 24 | red << 16 | blue),
            _ => None,
        };
        Ok(Group { entries: [].into(), tables, constant })
    }
}

/// Symbols of the distance code.
const DISTANCES: usize = 40;

/// The groups of an image, and the tiles they apply to.
#[derive(Debug)]
pub(crate) struct Groups {
    groups: Vec<Group>,
    /// The group of each tile.
    tiles: Vec<u16>,
    /// The side of a tile is 2 to this power.
    pub(crate) tile_bits: u32,
    across: usize,
}

/// Which group each tile uses, by numbers that may have gaps.
pub(crate) struct Tiles {
    pub(crate) groups: Vec<u16>,
    pub(crate) bits: u32,
    pub(crate) across: usize,
}

impl Groups {
    /// Reads the only group of an image.
    pub(crate) fn read_one(bits: &mut BitReader<'_>, cached: usize) -> Result<Self, DecodeError> {
        let mut entries = Vec::new();
        let mut group = Group::read(bits, cached, &mut entries)?;
        group.entries = entries.into();
        // No picture is wider than one such tile.
        Ok(Groups { groups: vec![group], tiles: vec![0], tile_bits: 15, across: 1 })
    }

    /// Reads the groups of tiles, and keeps those that are used. They may take so many bytes.
    pub(crate) fn read(
        bits: &mut BitReader<'_>,
        cached: usize,
        mut tiles: Tiles,
        mut room: u64,
    ) -> Result<Self, DecodeError> {
        const TOO_MANY: DecodeError = DecodeError::Damaged("more Huffman codes than its size explains");
        let count = tiles.groups.iter().max().map_or(0, |&last| usize::from(last) + 1);
        // For each group whether it is used, and once it is read, its place.
        let mut places = vec![0_u16; count];
        tiles.groups.iter().for_each(|&group| places[usize::from(group)] = 1);
        let used = places.iter().filter(|&&used| used == 1).count();
        let fixed = used as u64 * GROUP_MEMORY + size_of_val(places.as_slice()) as u64;
        room = room.checked_sub(fixed).ok_or(TOO_MANY)?;

        let mut groups = Vec::with_capacity(used);
        let mut entries = Vec::new();
        for place in &mut places {
            let mut group = Group::read(bits, cached, &mut entries)?;
            if *place == 1 {
                room = room.checked_sub(2 * entries.len() as u64).ok_or(TOO_MANY)?;
                group.entries = entries.as_slice().into();
                *place = groups.len() as u16;
                groups.push(group);
            }
        }
        tiles.groups.iter_mut().for_each(|group| *group = places[usize::from(*group)]);
        Ok(Groups { groups, tiles: tiles.groups, tile_bits: tiles.bits, across: tiles.across })
    }

    /// The group of the pixel at a place.
    #[inline(always)]
    pub(crate) fn at(&self, x: usize, y: usize) -> &Group {
        let tile = (y >> self.tile_bits) * self.across + (x >> self.tile_bits);
        &self.groups[usize::from(self.tiles[tile])]
    }
}
