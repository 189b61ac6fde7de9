//! Compression into a zlib stream (RFC 1950) of deflate blocks (RFC 1951).
//!
//! Bytes come in by pieces. A window holds what may be repeated; a parser makes literals and matches of it, which become
//! segments; neighbouring segments that look alike are written as one block.

mod adler;
mod bits;
mod block;
mod costs;
mod huffman;
mod matches;
mod optimal;
mod parse;
mod segments;
mod symbols;
mod tree;

use self::adler::Adler;
use self::bits::BitWriter;
pub(crate) use self::huffman::sort;
use self::matches::{Matcher, Window};
use self::optimal::{Optimal, Thoroughness};
use self::segments::Segments;
pub(crate) use self::segments::log2;
use crate::encode::File;

/// How far back a match may lie.
const HISTORY: usize = 32 << 10;
/// Bytes that are looked at before the window moves on by a history's length.
const WINDOW: usize = 2 * HISTORY;
/// The longest match, and what the parsers look at behind it.
const LOOKAHEAD: usize = 258 + 6;

/// A zlib stream on its way into a file.
#[derive(Debug)]
pub(crate) struct Deflate {
    /// What may be repeated, and what is yet to be parsed.
    window: Box<Window>,
    filled: usize,
    /// What was parsed.
    parsed: usize,
    parser: Parser,
    segments: Segments,
    bits: BitWriter,
    adler: Adler,
}

/// How a stream is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// The last match that saves something.
    Greedy,
    /// The match that saves most, of this byte and the next.
    Lazy,
    /// The shortest path through the last matches: for pixels that are their own bytes.
    Quick,
    /// The shortest path through all matches.
    Thorough,
}

#[derive(Debug)]
enum Parser {
    Greedy(Matcher),
    Lazy(Matcher),
    Optimal(Box<Optimal>),
}

/// Peak bytes of heap of a [`Deflate`].
pub(crate) fn memory(level: Level) -> u64 {
    let parser = level.thoroughness().map_or(matches::MEMORY, Thoroughness::memory);
    fixed::<Window>() + segments::memory(level) + parser
}

/// Bytes of a type, rounded up so far that they are the same where pointers are shorter.
pub(crate) const fn fixed<T>() -> u64 {
    (size_of::<T>() as u64).next_multiple_of(512)
}

impl Level {
    fn thoroughness(self) -> Option<Thoroughness> {
        match self {
            Level::Greedy | Level::Lazy => None,
            Level::Quick => Some(optimal::QUICK),
            Level::Thorough => Some(optimal::THOROUGH),
        }
    }
}

impl Deflate {
    /// Starts a stream.
    pub(crate) fn new(level: Level, file: &mut File) -> Self {
        // 32 KiB of history, the default level (RFC 1950 section 2.2).
        file.push(&[0x78, 0x9c]);
        Self {
            window: zeros(),
            filled: 0,
            parsed: 0,
            parser: match level.thoroughness() {
                Some(thoroughness) => Parser::Optimal(Box::new(Optimal::new(thoroughness))),
                None if level == Level::Greedy => Parser::Greedy(Matcher::new()),
                None => Parser::Lazy(Matcher::new()),
            },
            segments: Segments::new(level),
            bits: BitWriter::default(),
            adler: Adler::default(),
        }
    }

    /// Takes the next bytes.
    pub(crate) fn write(&mut self, mut bytes: &[u8], file: &mut File) {
        self.adler.update(bytes);
        while !bytes.is_empty() {
            if self.filled == WINDOW {
                self.parse(WINDOW - LOOKAHEAD, file);
                self.slide();
            }
            let (now, later) = bytes.split_at(bytes.len().min(WINDOW - self.filled));
            self.window[self.filled..self.filled + now.len()].copy_from_slice(now);
            self.filled += now.len();
            bytes = later;
        }
    }

    /// Ends the stream.
    pub(crate) fn finish(mut self, file: &mut File) {
        self.parse(self.filled, file);
        self.segments.end(&self.window[..self.parsed], true, file, &mut self.bits);
        self.segments.write_all(file, &mut self.bits);
        self.bits.align(file);
        file.push(&self.adler.sum().to_be_bytes());
    }

    /// Parses up to about `end`, behind which bytes may be looked at.
    fn parse(&mut self, end: usize, file: &mut File) {
        let Self { window, filled, parsed, parser, segments, bits, .. } = self;
        while *parsed < end {
            let at = *parsed;
            *parsed = match parser {
                Parser::Greedy(matcher) => parse::greedy(window, *filled, at, end, matcher, segments),
                Parser::Lazy(matcher) => parse::lazy(window, *filled, at, end, matcher, segments),
                Parser::Optimal(optimal) => optimal.parse(window, *filled, at, end, segments),
            };
            if segments.is_full() {
                segments.end(&window[..*parsed], false, file, bits);
            }
        }
    }

    /// Forgets the older half.
    fn slide(&mut self) {
        self.window.copy_within(HISTORY..WINDOW, 0);
        self.filled -= HISTORY;
        self.parsed -= HISTORY;
        match &mut self.parser {
            Parser::Greedy(matcher) | Parser::Lazy(matcher) => matcher.slide(),
            Parser::Optimal(optimal) => optimal.slide(),
        }
        self.segments.slide();
    }
}

/// An array that was never on the stack.
fn zeros<T: Copy + Default, const N: usize>() -> Box<[T; N]> {
    match vec![T::default(); N].into_boxed_slice().try_into() {
        Ok(array) => array,
        Err(_) => unreachable!("it has the length that it was made with"),
    }
}

#[cfg(test)]
mod tests;
