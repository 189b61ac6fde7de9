//! From pixels to a stream: the ways that promise something are tried, the best one is written.

use crate::bits::BitWriter;
use crate::entropy::BIT;
use crate::groups::{Groups, SPLIT_LITERALS};
use crate::histogram::Histogram;
use crate::image::{Group, Image, small_cost, write_small};
use crate::lz77::{Finder, LiteralCosts};
use crate::memory::max_stream_bits;
use crate::tokens::Tokens;
use crate::transform::palette::Palette;
use crate::transform::{TILE_BITS, Transform, cross, green, predictor};

/// What a pixel of a calm image costs at most, on average.
const CALM_COST: u64 = 7 * BIT;

/// Where a palette makes a pixel so cheap, no other way is tried.
const GOOD_COST: u64 = 2 * BIT;

/// What makes the pixels, as ARGB. It is asked again for every way that is tried.
pub(crate) trait Source {
    fn fill(&self, argb: &mut [u32]);
    /// Channels that differ from each other.
    fn channels(&self) -> u64;
    /// Whether red, green and blue are always equal.
    fn is_grey(&self) -> bool;
    /// Whether these are differences to a prediction already.
    fn is_filtered(&self) -> bool;
}

/// How an image can be coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As numbers of its few colours.
    Palette,
    /// With green subtracted from the other channels: for what repeats itself.
    Green,
    /// As differences to a prediction: for photos.
    Predicted,
}

/// What has become of the pixels on one way.
struct Trial {
    way: Way,
    transforms: Vec<Transform>,
    /// The width after the transforms.
    width: usize,
    /// How many pixels there are then.
    pixels: usize,
    cache_bits: u32,
    groups: Groups,
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
pub(crate) fn encode(source: &impl Source, width: u32, height: u32, head: BitWriter) -> Vec<u8> {
    let pixels = width as usize * height as usize;
    let mut encoder =
        Encoder { source, width: width as usize, argb: vec![0; pixels], tokens: Tokens::new(pixels) };
    let trial = encoder.best_trial();
    let max_bits = max_stream_bits(u64::from(width), u64::from(height), source.channels());
    encoder.write(trial, head, max_bits)
}

impl<S: Source> Encoder<'_, S> {
    /// Tries ways. What the best one has made of the pixels is in place afterwards.
    fn best_trial(&mut self) -> Trial {
        let mut finder = Finder::new(self.argb.len());
        self.source.fill(&mut self.argb);
        let ways = self.promising();
        let mut best: Option<Trial> = None;
        let mut last = None;
        for &way in ways {
            if last.is_some() {
                self.source.fill(&mut self.argb);
            }
            let trial = self.attempt(way, &mut finder);
            last = Some(way);
            let good = way == Way::Palette && trial.cost < self.argb.len() as u64 * GOOD_COST;
            if best.as_ref().is_none_or(|best| trial.cost < best.cost) {
                best = Some(trial);
            }
            if good {
                break;
            }
        }
        match best {
            Some(best) if last == Some(best.way) => best,
            best => {
                self.source.fill(&mut self.argb);
                self.attempt(best.map_or(Way::Predicted, |best| best.way), &mut finder)
            }
        }
    }

    /// The ways that are worth a trial, the likeliest last, or first if it may be good enough.
    fn promising(&self) -> &'static [Way] {
        let colours = Palette::of(&self.argb).map(|palette| palette.len());
        let flat = self.repeats() * 2 > self.argb.len();
        match colours {
            Some(0..=16) => &[Way::Palette],
            _ if self.source.is_filtered() => &[Way::Green],
            // A grey photo has few colours too.
            _ if self.source.is_grey() && !flat => &[Way::Predicted],
            Some(_) if flat => &[Way::Palette, Way::Predicted],
            Some(_) => &[Way::Predicted, Way::Palette],
            None if flat => &[Way::Predicted, Way::Green],
            None => &[Way::Predicted],
        }
    }

    /// How many pixels equal the one to the left or the one above.
    fn repeats(&self) -> usize {
        let left = self.argb.windows(2).filter(|pair| pair[0] == pair[1]).count();
        let above = self.argb.iter().zip(self.argb.iter().skip(self.width)).filter(|(a, b)| a == b).count();
        left.max(above)
    }

    /// Transforms the pixels, and finds out what they would cost.
    fn attempt(&mut self, way: Way, finder: &mut Finder) -> Trial {
        let (mut width, mut pixels) = (self.width, self.argb.len());
        let mut transforms = Vec::with_capacity(3);
        match way {
            Way::Palette => {
                if let Some(palette) = Palette::of(&self.argb) {
                    palette.apply(&mut self.argb, width);
                    pixels = pixels / width * palette.packed_width(width);
                    width = palette.packed_width(width);
                    transforms.push(Transform::Palette(palette));
                }
            }
            Way::Green => {
                green::subtract_green(&mut self.argb);
                transforms.push(Transform::Green);
            }
            Way::Predicted => {
                green::subtract_green(&mut self.argb);
                transforms.push(Transform::Green);
                let tiles = predictor::choose(&self.argb, width);
                predictor::apply(&mut self.argb, width, &tiles);
                transforms.push(Transform::Predictor(tiles));
                if !self.source.is_grey() {
                    transforms.extend(cross::apply(&mut self.argb, width).map(Transform::Cross));
                }
            }
        }
        let argb = &self.argb[..pixels];
        let mut plain = Histogram::new(0);
        argb.iter().for_each(|&pixel| plain.add_literal(pixel));
        let literals = LiteralCosts::new(&plain);
        // Where each pixel differs from all before, a search or a cache would find next to nothing.
        let calm = plain.cost() < pixels as u64 * CALM_COST;
        let (effort, cache_choices): (usize, &[u32]) = match way {
            Way::Palette => (24, &[0]),
            Way::Green => (24, &[0, 6, 9]),
            Way::Predicted if calm => (6, &[0, 4, 9]),
            Way::Predicted => (1, &[0]),
        };
        finder.search(argb, width, &literals, effort, &mut self.tokens);

        let one = Groups::one(width);
        let mut image = Image { argb, width, tokens: &self.tokens, cache_bits: 0 };
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
        if way == Way::Predicted && histograms[0].literals() > SPLIT_LITERALS {
            image.cache_bits = cache_bits;
            let mut classes = Groups::by_activity(argb, width);
            let mut parts = image.histograms(&classes);
            classes.merge(&mut parts);
            let split = parts.iter().map(Histogram::cost).sum::<u64>() + small_cost(&classes.tiles);
            if split < cost {
                (cost, groups, histograms) = (split, classes, parts);
            }
        }
        cost += transforms.iter().map(Transform::cost).sum::<u64>();
        Trial { way, transforms, width, pixels, cache_bits, groups, histograms, cost }
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
            trial.groups = Groups::one(trial.width);
            trial.histograms = self.image(&trial).histograms(&trial.groups);
            (codes, bits) = write_codes(&mut writer, &trial);
        }
        let writer = writer.with_room(bits);
        self.image(&trial).write(writer, &trial.groups, &codes).finish()
    }

    fn image(&self, trial: &Trial) -> Image<'_> {
        Image {
            argb: &self.argb[..trial.pixels],
            width: trial.width,
            tokens: &self.tokens,
            cache_bits: trial.cache_bits,
        }
    }
}

/// Writes the cache's size, the entropy image and the prefix codes (RFC 9649, sections 3.6.3 and 3.7.2). Returns the
/// codes, and the bits that the pixels will take.
fn write_codes(writer: &mut BitWriter, trial: &Trial) -> (Vec<Group>, u64) {
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
        let (group, size) = Group::write(writer, histogram);
        bits += size;
        group
    });
    (codes.collect(), bits)
}

#[cfg(test)]
mod tests {
    use super::Encoder;
    use crate::Layout;
    use crate::bits::BitWriter;
    use crate::pixels::Pixels;
    use crate::tokens::Tokens;

    #[test]
    fn a_stream_that_would_be_too_long_is_one_of_literals() {
        let bytes: Vec<u8> = (0..64 * 64 * 3).map(|at: u32| (at / 7 % 11 * at % 97 / 5) as u8).collect();
        let source = Pixels { bytes: &bytes, layout: Layout::Rgb };
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
