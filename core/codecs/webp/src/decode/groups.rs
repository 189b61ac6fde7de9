//! Groups of prefix codes, and which tile uses which (RFC 9649, section 3.7.2.2).

use crate::decode::bit_reader::BitReader;
use crate::decode::code_lengths::{MAX_SYMBOLS, read_lengths};
use crate::decode::estimate::GROUP_MEMORY;
use crate::decode::table::Table;
use crate::decode::tile_map::TileMap;
use crate::error::DecodeError;
use crate::prefix_code::{CODES, DISTANCES, LENGTHS, LITERALS};

/// The five codes of a group.
#[derive(Debug)]
pub(crate) struct PrefixGroup {
    pub(crate) entries: Box<[u16]>,
    pub(crate) tables: [Table; CODES],
    /// Red, blue and alpha, if they take no bits.
    pub(crate) constant: Option<u32>,
    /// The pixel that all are, if green takes no bits either.
    pub(crate) only: Option<u32>,
}

const _: () = assert!(size_of::<PrefixGroup>() as u64 <= GROUP_MEMORY);

impl PrefixGroup {
    /// Reads five codes, with `entries` as scratch.
    #[inline(never)]
    pub(crate) fn read(
        bits: &mut BitReader<'_>,
        cached: usize,
        entries: &mut Vec<u16>,
    ) -> Result<Self, DecodeError> {
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
        let only = match (constant, single(0)) {
            (Some(rest), Some(green)) if green < LITERALS as u32 => Some(rest | green << 8),
            _ => None,
        };
        Ok(PrefixGroup { entries: [].into(), tables, constant, only })
    }
}

/// The groups of an image, and the tiles they apply to.
#[derive(Debug)]
pub(crate) struct PrefixGroups {
    groups: Vec<PrefixGroup>,
    /// The index of each tile's group.
    tiles: TileMap<u16>,
}

impl PrefixGroups {
    /// Reads the only group of an image.
    pub(crate) fn read_one(bits: &mut BitReader<'_>, cached: usize) -> Result<Self, DecodeError> {
        let mut entries = Vec::new();
        let mut group = PrefixGroup::read(bits, cached, &mut entries)?;
        group.entries = entries.into();
        // No picture is wider than one such tile.
        let tiles = TileMap { elements: vec![0], bits: 15, across: 1 };
        Ok(PrefixGroups { groups: vec![group], tiles })
    }

    /// Reads the groups of tiles, and keeps those that are used. They may take so many bytes, of which those that they do
    /// not take are left.
    pub(crate) fn read(
        bits: &mut BitReader<'_>,
        cached: usize,
        mut tiles: TileMap<u16>,
        room: &mut u64,
    ) -> Result<Self, DecodeError> {
        const TOO_MANY: DecodeError = DecodeError::Damaged("more Huffman codes than its size explains");
        let count = tiles.elements.iter().max().map_or(0, |&last| usize::from(last) + 1);
        // For each group whether it is used, and once it is read, its index.
        let mut places = vec![0_u16; count];
        tiles.elements.iter().for_each(|&group| places[usize::from(group)] = 1);
        let used = places.iter().filter(|&&used| used == 1).count();
        let fixed = used as u64 * GROUP_MEMORY + size_of_val(places.as_slice()) as u64;
        *room = room.checked_sub(fixed).ok_or(TOO_MANY)?;

        let mut groups = Vec::with_capacity(used);
        let mut entries = Vec::new();
        for place in &mut places {
            let mut group = PrefixGroup::read(bits, cached, &mut entries)?;
            if *place == 1 {
                *room = room.checked_sub(2 * entries.len() as u64).ok_or(TOO_MANY)?;
                group.entries = entries.as_slice().into();
                *place = groups.len() as u16;
                groups.push(group);
            }
        }
        tiles.elements.iter_mut().for_each(|group| *group = places[usize::from(*group)]);
        Ok(PrefixGroups { groups, tiles })
    }

    /// The side of a tile, in pixels.
    pub(crate) fn tile(&self) -> usize {
        1 << self.tiles.bits
    }

    /// How many groups are used.
    pub(crate) fn count(&self) -> usize {
        self.groups.len()
    }

    /// The index of the group of the pixel at a position.
    #[inline(always)]
    pub(crate) fn index(&self, x: usize, y: usize) -> usize {
        let tile = (y >> self.tiles.bits) * self.tiles.across + (x >> self.tiles.bits);
        usize::from(self.tiles.elements[tile])
    }

    /// The group of an index.
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> &PrefixGroup {
        &self.groups[index]
    }
}
