//! From pixels to a stream: strategies that may pay off are tried, the best one is written.

use crate::encode::bit_writer::BitWriter;
use crate::encode::entropy::BIT;
use crate::encode::entropy_coded::{EntropyCodedImage, GroupCodes, small_cost, write_small};
use crate::encode::estimate::max_stream_bits;
use crate::encode::groups::{SPLIT_LITERALS, TileGroups};
use crate::encode::histogram::Histogram;
use crate::encode::lz77::{Finder, LiteralCosts};
use crate::encode::source::PixelSource;
use crate::encode::tile::TILE_BITS;
use crate::encode::tokens::Tokens;
use crate::encode::transform::palette::Palette;
use crate::encode::transform::{Transform, cross_colour, predictor, subtract_green};

/// What a pixel of a smooth image costs at most, on average.
const SMOOTH_COST: u64 = 7 * BIT;

/// Where a palette makes a pixel so cheap, no other strategy is tried.
const GOOD_COST: u64 = 2 * BIT;

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
    histograms: Vec<Histogram>,
    cost: u64,
}

struct Encoder<'a, S> {
    source: &'a S,
    width: usize,
    argb: Vec<u32>,
    tokens: Tokens,
}

/// Appends the image's stream (RFC 9649, section 3.4 without the header) to what is written.
pub(crate) fn encode(source: &impl PixelSource, width: u32, height: u32, head: BitWriter) -> Vec<u8> {
    let pixels = width as usize * height as usize;
    let mut encoder =
        Encoder { source, width: width as usize, argb: vec![0; pixels], tokens: Tokens::new(pixels) };
    let trial = encoder.best_trial();
    let max_bits = max_stream_bits(u64::from(width), u64::from(height), source.channels());
    encoder.write(trial, head, max_bits)
}

impl<S: PixelSource> Encoder<'_, S> {
    /// Tries strategies. What the best one has made of the pixels is in place afterwards.
    fn best_trial(&mut self) -> Trial {
        let mut finder = Finder::new(self.argb.len());
        self.source.fill(&mut self.argb);
        let strategies = self.promising();
        let mut best: Option<Trial> = None;
        let mut last = None;
        for &strategy in strategies {
            if last.is_some() {
                self.source.fill(&mut self.argb);
            }
            let trial = self.attempt(strategy, &mut finder);
            last = Some(strategy);
            let good = strategy == Strategy::Palette && trial.cost < self.argb.len() as u64 * GOOD_COST;
            if best.as_ref().is_none_or(|best| trial.cost < best.cost) {
                best = Some(trial);
            }
            if good {
                break;
            }
        }
        match best {
            Some(best) if last == Some(best.strategy) => best,
            best => {
                self.source.fill(&mut self.argb);
                self.attempt(best.map_or(Strategy::Predicted, |best| best.strategy), &mut finder)
            }
        }
    }

    /// The strategies that are worth a trial, the likeliest last, or first if it may be good enough.
    fn promising(&self) -> &'static [Strategy] {
        let colours = Palette::of(&self.argb).map(|palette| palette.len());
        let flat = self.repeats() * 2 > self.argb.len();
        match colours {
            Some(0..=16) => &[Strategy::Palette],
            _ if self.source.is_filtered() => &[Strategy::Green],
            // A grey photo has few colours too.
            _ if self.source.is_grey() && !flat => &[Strategy::Predicted],
            Some(_) if flat => &[Strategy::Palette, Strategy::Predicted],
            Some(_) => &[Strategy::Predicted, Strategy::Palette],
            None if flat => &[Strategy::Predicted, Strategy::Green],
            None => &[Strategy::Predicted],
        }
    }

    /// How many pixels equal the one to the left or the one above.
    fn repeats(&self) -> usize {
        let left = self.argb.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let above = self.argb.iter().zip(self.argb.iter().skip(self.width)).filter(|(a, b)| a == b).count();
        left.max(above)
    }

    /// Transforms the pixels, and finds out what they would cost.
    fn attempt(&mut self, strategy: Strategy, finder: &mut Finder) -> Trial {
        let (mut width, mut pixels) = (self.width, self.argb.len());
        let mut transforms = Vec::with_capacity(3);
        match strategy {
            Strategy::Palette => {
                if let Some(palette) = Palette::of(&self.argb) {
                    palette.apply(&mut self.argb, width);
                    pixels = pixels / width * palette.packed_width(width);
                    width = palette.packed_width(width);
                    transforms.push(Transform::Palette(palette));
                }
            }
            Strategy::Green => {
                subtract_green::apply(&mut self.argb);
                transforms.push(Transform::SubtractGreen);
            }
            Strategy::Predicted => {
                subtract_green::apply(&mut self.argb);
                transforms.push(Transform::SubtractGreen);
                let tiles = predictor::choose(&self.argb, width);
                predictor::apply(&mut self.argb, width, &tiles);
                transforms.push(Transform::Predictor(tiles));
                if !self.source.is_grey() {
                    transforms.extend(cross_colour::apply(&mut self.argb, width).map(Transform::CrossColour));
                }
            }
        }
        let argb = &self.argb[..pixels];
        let mut plain = Histogram::new(0);
        argb.iter().for_each(|&pixel| plain.add_literal(pixel));
        let literals = LiteralCosts::new(&plain);
        // Where each pixel differs from all before, a search or a cache would find next to nothing.
        let smooth = plain.cost() < pixels as u64 * SMOOTH_COST;
        let (effort, cache_choices): (usize, &[u32]) = match strategy {
            Strategy::Palette => (24, &[0]),
            Strategy::Green => (24, &[0, 6, 9]),
            Strategy::Predicted if smooth => (6, &[0, 4, 9]),
            Strategy::Predicted => (1, &[0]),
        };
        finder.search(argb, width, &literals, effort, &mut self.tokens);

        let one = TileGroups::one(width);
        let mut image = EntropyCodedImage { argb, width, tokens: &self.tokens, cache_bits: 0 };
        let mut best: Option<(u64, u32, Vec<Histogram>)> = None;
        for &cache_bits in cache_choices {
            image.cache_bits = cache_bits;
            let histograms = image.histograms(&one);
            let cost = histograms[0].cost();
            if best.as_ref().is_none_or(|&(least, ..)| cost < least) {
                best = Some((cost, cache_bits, histograms));
            }
        }
        let (mut cost, cache_bits, mut histograms) = best.unwrap_or((0, 0, vec![plain]));
        let mut groups = one;
        if strategy == Strategy::Predicted && histograms[0].literals() > SPLIT_LITERALS {
            image.cache_bits = cache_bits;
            let mut classes = TileGroups::by_activity(argb, width);
            let mut parts = image.histograms(&classes);
            classes.merge(&mut parts);
            let split = parts.iter().map(Histogram::cost).sum::<u64>() + small_cost(&classes.tiles);
            if split < cost {
                (cost, groups, histograms) = (split, classes, parts);
            }
        }
        cost += transforms.iter().map(Transform::cost).sum::<u64>();
        Trial { strategy, transforms, width, pixels, cache_bits, groups, histograms, cost }
    }

    /// Writes what a trial has made, or its literals alone should that take more than `max_bits`.
    fn write(mut self, mut trial: Trial, head: BitWriter, max_bits: u64) -> Vec<u8> {
        let mut writer = head;
        trial.transforms.iter().for_each(|transform| transform.write(&mut writer));
        writer.put(0, 1);
        let before = writer.clone();
        let (mut codes, mut bits) = write_codes(&mut writer, &trial);
        if writer.bits() + bits > max_bits {
            // The bound is proven for this form only: no code for 256 symbols takes more than 8 bits on average.
            writer = before;
            self.tokens.clear();
            trial.cache_bits = 0;
            trial.groups = TileGroups::one(trial.width);
            trial.histograms = self.image(&trial).histograms(&trial.groups);
            (codes, bits) = write_codes(&mut writer, &trial);
        }
        let writer = writer.with_room(bits);
        self.image(&trial).write(writer, &trial.groups, &codes).finish()
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
        writer.put(0, 1);
    } else {
        writer.put(1, 1);
        writer.put(trial.cache_bits, 4);
    }
    if trial.groups.count == 1 {
        writer.put(0, 1);
    } else {
        writer.put(1, 1);
        writer.put(TILE_BITS - 2, 3);
        write_small(writer, &trial.groups.tiles);
    }
    let mut bits = 0;
    let codes = trial.histograms.iter().map(|histogram| {
        let (group, size) = GroupCodes::write(writer, histogram);
        bits += size;
        group
    });
    (codes.collect(), bits)
}

#[cfg(test)]
mod tests {
    use super::Encoder;
    use edgepix_vp8::PixelLayout;

    use crate::encode::bit_writer::BitWriter;
    use crate::encode::image::Image;
    use crate::encode::tokens::Tokens;

    #[test]
    fn a_stream_that_would_be_too_long_is_one_of_literals() {
        let bytes: Vec<u8> = (0..64 * 64 * 3).map(|at: u32| (at / 7 % 11 * at % 97 / 5) as u8).collect();
        let source = Image::new(&bytes, 64, 64, PixelLayout::Rgb).expect("an image");
        let mut streams = [u64::MAX, 0].map(|max_bits| {
            let mut encoder =
                Encoder { source: &source, width: 64, argb: vec![0; 64 * 64], tokens: Tokens::new(64 * 64) };
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
