//! The entropy image (RFC 9649, section 3.6.2.1): tiles that are alike share prefix codes.

use crate::encode::entropy_coded::EntropyCodedImage;
use crate::encode::histogram::Histogram;
use crate::encode::huffman::sort;
use crate::encode::prices::{LANES, Prices};

/// With fewer pixels for each, more groups of codes do not pay.
const GROUP_PIXELS: usize = 512;
/// Nor do they where there are fewer symbols in all.
pub(crate) const SPLIT_SYMBOLS: u64 = 1024;
/// The side of a tile in pixels is 2 to this power.
pub(crate) const GROUP_BITS: u32 = 4;
/// The side of a tile, in pixels.
pub(crate) const GROUP_TILE: usize = 1 << GROUP_BITS;
const ALPHA: u32 = 0xFF00_0000;

/// Which group each tile belongs to.
#[derive(Clone, Debug)]
pub(crate) struct TileGroups {
    /// The group of each tile; empty if there is one group.
    tiles: Vec<u8>,
    pub(crate) count: usize,
    width: usize,
}

/// The groups that an image of so many pixels may have.
pub(crate) fn most_groups(pixels: usize) -> usize {
    (pixels / GROUP_PIXELS).clamp(1, LANES)
}

impl TileGroups {
    /// One group.
    pub(crate) fn one(width: usize) -> Self {
        TileGroups { tiles: Vec::new(), count: 1, width }
    }

    /// Groups of tiles that are cheapest by the same codes, found by turns: codes for the groups, groups by the codes. At
    /// first the codes are those of `histograms`.
    pub(crate) fn cluster(
        image: &EntropyCodedImage<'_>,
        mut histograms: Vec<Histogram>,
        rounds: u32,
    ) -> (Self, Vec<Histogram>) {
        let mut groups = TileGroups { tiles: Vec::new(), count: 1, width: image.width };
        if let [_] = histograms[..] {
            // Tiles by how much their pixels cost, as many in each group.
            let mut costs = Vec::with_capacity(groups.across() * groups.down(image));
            groups.price(image, &Prices::new(&histograms), &mut |prices, pixels| {
                costs.push(u64::from(prices[0] / pixels));
            });
            groups.count = most_groups(image.argb.len());
            groups.tiles = ranks(&costs, groups.count);
            histograms = image.histograms(&groups);
        }
        for _ in 0..rounds {
            groups.assign(image, &mut histograms);
        }
        groups.merge(&mut histograms);
        if groups.count > 1 {
            groups.assign(image, &mut histograms);
            groups.merge(&mut histograms);
        }
        (groups, histograms)
    }

    /// An image with the group of each tile in green.
    pub(crate) fn image(&self) -> Vec<u32> {
        self.tiles.iter().map(|&group| ALPHA | u32::from(group) << 8).collect()
    }

    /// The tiles in a row of that image.
    pub(crate) fn across(&self) -> usize {
        self.width.div_ceil(GROUP_TILE)
    }

    /// Moves each tile to the group whose codes make it cheapest.
    fn assign(&mut self, image: &EntropyCodedImage<'_>, histograms: &mut Vec<Histogram>) {
        let mut tiles = Vec::with_capacity(self.across() * self.down(image));
        self.price(image, &Prices::new(histograms), &mut |prices, _| {
            tiles.push((0..).zip(prices).min_by_key(|&(_, price)| price).map_or(0, |(group, _)| group));
        });
        self.tiles = tiles;
        self.count = histograms.len();
        // Not held beside the new ones.
        histograms.clear();
        histograms.extend(image.histograms(self));
    }

    /// Calls `tile` with what each costs in all groups, and its number of pixels.
    fn price(
        &self,
        image: &EntropyCodedImage<'_>,
        prices: &Prices,
        tile: &mut dyn FnMut(&[u32; LANES], u32),
    ) {
        let rows = image.argb.len() / self.width;
        let mut top = 0;
        image.price_bands(prices, self.width << GROUP_BITS, GROUP_BITS, &mut |costs| {
            let height = (rows - top).min(GROUP_TILE);
            for (x, costs) in costs.iter().enumerate() {
                let width = (self.width - (x << GROUP_BITS)).min(GROUP_TILE);
                tile(costs, (width * height) as u32);
            }
            top += GROUP_TILE;
        });
    }

    fn down(&self, image: &EntropyCodedImage<'_>) -> usize {
        (image.argb.len() / self.width).div_ceil(GROUP_TILE)
    }

    /// A cursor over positions in rising order.
    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor { tiles: &self.tiles, width: self.width, across: self.across(), start: 0, row: 0 }
    }

    /// Merges the pair of groups that saves most, as long as there is one. The histograms become those of the groups.
    fn merge(&mut self, histograms: &mut Vec<Histogram>) {
        let mut numbers: Vec<u8> = (0..histograms.len() as u8).collect();
        let mut costs: Vec<u64> = histograms.iter().map(Histogram::cost).collect();
        // What each pair saves, the greater number first.
        let saving = |histograms: &[Histogram], costs: &[u64], a: usize, b: usize| {
            (costs[a] + costs[b]) as i64 - histograms[a].cost_with(&histograms[b]) as i64
        };
        let mut saved: Vec<Vec<i64>> = (0..histograms.len())
            .map(|a| (0..a).map(|b| saving(histograms, &costs, a, b)).collect())
            .collect();
        loop {
            let pairs = (0..histograms.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
            let Some((a, b)) = pairs.max_by_key(|&(a, b)| saved[a][b]).filter(|&(a, b)| saved[a][b] >= 0)
            else {
                break;
            };
            // The last one takes the place of `a`.
            let last = histograms.len() - 1;
            let merged = histograms.swap_remove(a);
            histograms[b].add(&merged);
            costs[b] = histograms[b].cost();
            costs.swap_remove(a);
            for number in &mut numbers {
                if *number == a as u8 {
                    *number = b as u8;
                }
                if *number == last as u8 {
                    *number = a as u8;
                }
            }
            for other in 0..last {
                for place in [a, b] {
                    if other != place && place < last {
                        let (high, low) = (other.max(place), other.min(place));
                        saved[high][low] = saving(histograms, &costs, high, low);
                    }
                }
            }
        }
        self.count = histograms.len();
        for tile in &mut self.tiles {
            *tile = numbers[usize::from(*tile)];
        }
        if self.count == 1 {
            self.tiles = Vec::new();
        }
    }
}

/// Groups of about equally many tiles, by their value.
fn ranks(values: &[u64], groups: usize) -> Vec<u8> {
    let mut sorted = values.to_vec();
    sort(&mut sorted);
    let group = |value: &u64| sorted.partition_point(|other| other < value) * groups / sorted.len();
    values.iter().map(|value| group(value) as u8).collect()
}

/// Finds the groups of positions, none of which is before the last.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    tiles: &'a [u8],
    width: usize,
    across: usize,
    /// The first position of the row.
    start: usize,
    row: usize,
}

impl Cursor<'_> {
    #[inline(always)]
    pub(crate) fn at(&mut self, position: usize) -> usize {
        if self.tiles.is_empty() {
            return 0;
        }
        while position - self.start >= self.width {
            self.start += self.width;
            self.row += 1;
        }
        let tile = (self.row >> GROUP_BITS) * self.across + ((position - self.start) >> GROUP_BITS);
        usize::from(self.tiles[tile])
    }
}
