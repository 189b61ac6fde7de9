//! From pixels to a stream: strategies that may pay off are tried, the best one is refined and written.

use crate::encode::bit_writer::BitWriter;
use crate::encode::effort::Tuning;
use crate::encode::entropy::{BIT, entropy};
use crate::encode::entropy_coded::{EntropyCodedImage, GroupCodes};
use crate::encode::estimate::max_stream_bits;
use crate::encode::finder::Finder;
use crate::encode::greedy::{self, LiteralCosts};
use crate::encode::groups::{GROUP_BITS, SPLIT_SYMBOLS, TileGroups, most_groups};
use crate::encode::histogram::Histogram;
use crate::encode::optimal;
use crate::encode::prices::Prices;
use crate::encode::small_image::SmallImage;
use crate::encode::source::PixelSource;
use crate::encode::tile::TILE;
use crate::encode::tokens::Tokens;
use crate::encode::transform::palette::Palette;
use crate::encode::transform::{Transform, cross_colour, predictor, subtract_green};
use crate::transform::subtract;

/// Where there are more symbols than so many for eight pixels, another search for references gains next to nothing.
const RARE_COPIES: u64 = 7;

/// What a pixel of a smooth image costs at most, on average.
const SMOOTH_COST: u64 = 7 * BIT;

/// How an image can be coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strategy {
    /// As indices of its few colours.
    Palette,
    /// With green subtracted from the other channels: for what repeats itself.
    Green,
    /// As differences to a prediction: for photos.
    Predicted,
}

/// What a strategy has made of the pixels.
struct Trial {
    strategy: Strategy,
    transforms: Vec<Transform>,
    /// The width after the transforms.
    width: usize,
    /// How many pixels there are then.
    pixels: usize,
    cache_bits: u32,
    groups: TileGroups,
    /// The entropy image, where there are several groups.
    map: Option<SmallImage>,
    histograms: Vec<Histogram>,
    cost: u64,
}

struct Encoder<'a> {
    source: &'a dyn PixelSource,
    width: usize,
    tuning: Tuning,
    argb: Vec<u32>,
    tokens: Tokens,
}

/// Appends the image's stream (RFC 9649, section 3.4 without the header) to what is written.
pub(crate) fn encode(
    source: &dyn PixelSource,
    (width, height): (u32, u32),
    tuning: Tuning,
    head: BitWriter,
) -> Vec<u8> {
    let pixels = width as usize * height as usize;
    let (argb, tokens) = (vec![0; pixels], Tokens::new(pixels));
    let mut encoder = Encoder { source, width: width as usize, tuning, argb, tokens };
    let trial = encoder.best_trial();
    let max_bits = max_stream_bits(u64::from(width), u64::from(height), source.channels());
    encoder.write(trial, head, max_bits)
}

impl Encoder<'_> {
    /// Tries strategies. What the best one has made of the pixels is in place afterwards.
    fn best_trial(&mut self) -> Trial {
        let mut finder = Finder::new(self.argb.len());
        self.source.fill(&mut self.argb);
        let palette = Palette::of(&self.argb);
        let likely = self.likely(palette.is_some());
        let mut best = self.attempt(likely, palette.as_ref(), &mut finder);
        if self.tuning.thorough {
            let mut last = likely;
            for strategy in [Strategy::Palette, Strategy::Green, Strategy::Predicted] {
                if strategy != likely && (strategy != Strategy::Palette || palette.is_some()) {
                    self.source.fill(&mut self.argb);
                    let trial = self.attempt(strategy, palette.as_ref(), &mut finder);
                    last = strategy;
                    if trial.cost < best.cost {
                        best = trial;
                    }
                }
            }
            if last != best.strategy {
                let strategy = best.strategy;
                drop(best);
                self.source.fill(&mut self.argb);
                best = self.attempt(strategy, palette.as_ref(), &mut finder);
            }
        }
        let symbols = best.histograms[0].symbols();
        self.split(&mut best, &mut finder);
        if symbols * 8 > best.pixels as u64 * RARE_COPIES {
            return best;
        }
        for _ in 0..self.tuning.passes {
            let prices = Prices::new(&best.histograms);
            let (image, codes) = ((&self.argb[..best.pixels], best.width), (&prices, &best.groups));
            optimal::parse(&mut finder, image, codes, best.cache_bits, self.tuning.reach, &mut self.tokens);
            self.split(&mut best, &mut finder);
        }
        best
    }

    /// The strategy that is likely to be the best one, by the entropy of pixels that differ from those to the left and
    /// above: of their channels, of these less those to the left, and of whole pixels.
    fn likely(&self, has_palette: bool) -> Strategy {
        if self.source.is_filtered() {
            return Strategy::Green;
        }
        let mut channels = [[0; 256]; 4];
        let mut differences = [[0; 256]; 4];
        let mut hashes = [0; 1024];
        let rows = self.argb.chunks_exact(self.width);
        for (above, row) in rows.clone().zip(rows.skip(1)) {
            for (&above, pair) in above[1..].iter().zip(row.windows(2)) {
                let (left, pixel) = (pair[0], pair[1]);
                if pixel == left || pixel == above {
                    continue;
                }
                let [left, own] = [left, pixel].map(subtract_green::of);
                for (counts, argb) in [(&mut channels, own), (&mut differences, subtract(own, left))] {
                    for (counts, channel) in counts.iter_mut().zip(argb.to_le_bytes()) {
                        counts[usize::from(channel)] += 1;
                    }
                }
                hashes[(pixel.wrapping_mul(0x9E37_79B1) >> 22) as usize] += 1;
            }
        }
        let sum = |counts: &[[u32; 256]; 4]| counts.iter().map(|counts| entropy(counts)).sum::<u64>();
        // About what the predictors cost.
        let predicted = sum(&differences) + (self.argb.len() / (TILE * TILE)) as u64 * BIT / 2;
        if has_palette && entropy(&hashes) <= predicted {
            Strategy::Palette
        } else if predicted < sum(&channels) {
            Strategy::Predicted
        } else {
            Strategy::Green
        }
    }

    /// Transforms the pixels, and finds out what they would cost.
    fn attempt(&mut self, strategy: Strategy, palette: Option<&Palette>, finder: &mut Finder) -> Trial {
        let (mut width, mut pixels) = (self.width, self.argb.len());
        let mut transforms = Vec::with_capacity(3);
        match strategy {
            Strategy::Palette => {
                if let Some(palette) = palette {
                    palette.apply(&mut self.argb, width);
                    pixels = pixels / width * palette.packed_width(width);
                    width = palette.packed_width(width);
                    let colours = palette.differences();
                    let image = SmallImage::new(colours, palette.len(), finder);
                    transforms.push(Transform::Palette(palette.len(), image));
                }
            }
            Strategy::Green => {
                subtract_green::apply(&mut self.argb);
                transforms.push(Transform::SubtractGreen);
            }
            Strategy::Predicted => {
                subtract_green::apply(&mut self.argb);
                transforms.push(Transform::SubtractGreen);
                let across = width.div_ceil(TILE);
                let tiles = predictor::choose(&self.argb, width, self.tuning.priced_predictors);
                predictor::apply(&mut self.argb, width, &tiles);
                transforms.push(Transform::Predictor(SmallImage::new(tiles, across, finder)));
                if !self.source.is_grey() {
                    let tiles = cross_colour::apply(&mut self.argb, width);
                    transforms.extend(
                        tiles.map(|tiles| Transform::CrossColour(SmallImage::new(tiles, across, finder))),
                    );
                }
            }
        }
        let argb = &self.argb[..pixels];
        let mut plain = Histogram::new(0);
        argb.iter().for_each(|&pixel| plain.add_literal(pixel));
        // Where each pixel differs from all before, a search or a cache would find next to nothing.
        let repeats = strategy != Strategy::Predicted || plain.cost() < pixels as u64 * SMOOTH_COST;
        let (chain, caches) =
            if repeats { (self.tuning.chain, self.tuning.cache_bits) } else { (1, &[0][..]) };
        greedy::search(finder, argb, width, &LiteralCosts::new(&plain), chain, &mut self.tokens);
        let mut trial = Trial {
            strategy,
            transforms,
            width,
            pixels,
            cache_bits: 0,
            groups: TileGroups::one(width),
            map: None,
            histograms: Vec::new(),
            cost: u64::MAX,
        };
        let mut image = self.image(&trial);
        for &cache_bits in caches {
            image.cache_bits = cache_bits;
            let histograms = image.histograms(&trial.groups);
            let cost = histograms[0].cost();
            if cost < trial.cost {
                (trial.cost, trial.cache_bits, trial.histograms) = (cost, cache_bits, histograms);
            }
        }
        trial.cost += trial.transforms.iter().map(Transform::cost).sum::<u64>();
        trial
    }

    /// Parts the image into groups, where that pays. The groups that it has are where to begin.
    fn split(&self, trial: &mut Trial, finder: &mut Finder) {
        // Not held beside the new ones.
        (trial.map, trial.histograms) = (None, Vec::new());
        let image = self.image(trial);
        let one = TileGroups::one(trial.width);
        let whole = image.histograms(&one);
        if most_groups(trial.pixels) > 1 && whole[0].symbols() > SPLIT_SYMBOLS {
            let begun = trial.groups.count > 1;
            let start = if begun { image.histograms(&trial.groups) } else { whole.clone() };
            let (groups, histograms) = TileGroups::cluster(&image, start, self.tuning.rounds);
            let map = SmallImage::new(groups.image(), groups.across(), finder);
            if histograms.iter().map(Histogram::cost).sum::<u64>() + map.cost < whole[0].cost() {
                (trial.groups, trial.histograms, trial.map) = (groups, histograms, Some(map));
                return;
            }
        }
        (trial.groups, trial.histograms) = (one, whole);
    }

    /// Writes what a trial has made, or its literals alone should that take more than `max_bits`.
    fn write(mut self, mut trial: Trial, head: BitWriter, max_bits: u64) -> Vec<u8> {
        let mut writer = head;
        trial.transforms.iter().for_each(|transform| transform.write(&mut writer));
        writer.put_seldom(0, 1);
        let before = writer.clone();
        let (mut codes, mut bits) = write_codes(&mut writer, &trial);
        if writer.bits() + bits > max_bits {
            // The bound is proven for this form only: no code for 256 symbols takes more than 8 bits on average.
            writer = before;
            self.tokens.clear();
            trial.cache_bits = 0;
            (trial.groups, trial.map) = (TileGroups::one(trial.width), None);
            trial.histograms = self.image(&trial).histograms(&trial.groups);
            (codes, bits) = write_codes(&mut writer, &trial);
        }
        let mut writer = writer.with_room(bits);
        self.image(&trial).write(&mut writer, &trial.groups, &codes);
        writer.finish()
    }

    fn image(&self, trial: &Trial) -> EntropyCodedImage<'_> {
        EntropyCodedImage {
            argb: &self.argb[..trial.pixels],
            width: trial.width,
            tokens: &self.tokens,
            cache_bits: trial.cache_bits,
        }
    }
}

/// Writes the cache's size, the entropy image and the prefix codes (RFC 9649, sections 3.6.3 and 3.7.2). Returns the
/// codes, and the bits that the pixels will take.
fn write_codes(writer: &mut BitWriter, trial: &Trial) -> (Vec<GroupCodes>, u64) {
    if trial.cache_bits == 0 {
        writer.put_seldom(0, 1);
    } else {
        writer.put_seldom(1, 1);
        writer.put_seldom(trial.cache_bits, 4);
    }
    match &trial.map {
        None => writer.put_seldom(0, 1),
        Some(map) => {
            writer.put_seldom(1, 1);
            writer.put_seldom(GROUP_BITS - 2, 3);
            map.write(writer);
        }
    }
    let codes: Vec<_> = trial.histograms.iter().map(GroupCodes::new).collect();
    codes.iter().for_each(|codes| codes.describe(writer));
    let bits = codes.iter().map(|codes| codes.bits).sum();
    (codes, bits)
}

#[cfg(test)]
mod tests {
    use super::Encoder;
    use edgepix_vp8::{Effort, PixelLayout};

    use crate::encode::bit_writer::BitWriter;
    use crate::encode::effort::Tuning;
    use crate::encode::image::Image;
    use crate::encode::tokens::Tokens;

    #[test]
    fn a_stream_that_would_be_too_long_is_one_of_literals() {
        let bytes: Vec<u8> = (0..64 * 64 * 3).map(|at: u32| (at / 7 % 11 * at % 97 / 5) as u8).collect();
        let source = Image::new(&bytes, 64, 64, PixelLayout::Rgb).expect("an image");
        let mut streams = [u64::MAX, 0].map(|max_bits| {
            let (argb, tokens) = (vec![0; 64 * 64], Tokens::new(64 * 64));
            let tuning = Tuning::of(Effort::Balanced);
            let mut encoder = Encoder { source: &source, width: 64, tuning, argb, tokens };
            let trial = encoder.best_trial();
            let mut head = BitWriter::default();
            head.put(0x2F, 8);
            head.put(63 | 63 << 14, 32);
            encoder.write(trial, head, max_bits)
        });
        assert!(streams[0].len() < streams[1].len());
        for stream in &mut streams {
            let mut file = b"RIFF\0\0\0\0WEBPVP8L".to_vec();
            if stream.len() % 2 == 1 {
                stream.push(0);
            }
            file.extend_from_slice(&(stream.len() as u32).to_le_bytes());
            file.extend_from_slice(stream);
            let size = file.len() as u32 - 8;
            file[4..8].copy_from_slice(&size.to_le_bytes());
            let mut decoded = vec![0; bytes.len()];
            let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(file)).expect("a header");
            decoder.read_image(&mut decoded).expect("pixels");
            assert_eq!(decoded, bytes);
        }
    }
}
