//! The decoder: a frame in, rows of its planes out.

use crate::decode::filter::LoopFilter;
use crate::decode::rebuild::Residual;
use crate::decode::steps::Steps;
use crate::decode::{BoolDecoder, FrameHeader, modes, partitions, tokens};
use crate::edges::Edges;
use crate::error::HeaderError;
use crate::levels::{Flags, Levels};
use crate::modes::Luma;
use crate::parameters::Parameters;

/// Decodes a key frame, the payload of a `VP8 ` chunk, a few rows at a time. The picture is never held.
///
/// Samples are exactly those of libwebp, and of broken frames that overflow its arithmetic those of its builds with SSE2. Where the
/// data ends early, the rows before that are given.
///
/// ```
/// use edgepix_vp8::{Decoder, Encoder, PixelLayout};
///
/// let mut encoder = Encoder::new(20, 40, PixelLayout::Grey, 90)?;
/// for _ in 0..40 {
///     encoder.write_row(&[128; 20])?;
/// }
/// let frame = encoder.finish()?;
///
/// let mut decoder = Decoder::new(&frame)?;
/// let mut luma = Vec::new();
/// while let Some(rows) = decoder.next_rows() {
///     (0..rows.count()).for_each(|y| luma.extend_from_slice(rows.luma(y)));
/// }
/// assert_eq!(luma.len(), 20 * 40);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Decoder<'a> {
    width: usize,
    height: usize,
    parameters: Box<Parameters>,
    steps: [Steps; 4],
    filter: LoopFilter,
    first: BoolDecoder<'a>,
    partitions: Vec<BoolDecoder<'a>>,
    levels: Box<Levels>,
    edges: Edges,
    /// The last rows of the macroblocks above, whose lower edges are not filtered yet, and a row of macroblocks.
    planes: [Vec<u8>; 3],
    /// Rows of macroblocks decoded.
    decoded: usize,
}

/// Rows of luma that wait for the macroblocks below; of chroma, half as many.
const WAITING: usize = 8;
/// Rows of luma that are held.
const HELD: usize = WAITING + 16;

/// Rows of a frame's planes that follow those before.
///
/// ```
/// # use edgepix_vp8::{Decoder, Encoder, PixelLayout};
/// # let mut encoder = Encoder::new(5, 3, PixelLayout::Grey, 90)?;
/// # (0..3).try_for_each(|_| encoder.write_row(&[128; 5]))?;
/// # let frame = encoder.finish()?;
/// // A frame of 5 × 3 pixels.
/// let mut decoder = Decoder::new(&frame)?;
/// let rows = decoder.next_rows().expect("some");
/// let [cb, cr] = rows.chroma(1);
/// assert_eq!((rows.count(), rows.luma(2).len(), cb.len(), cr.len()), (3, 5, 3, 3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rows<'r> {
    planes: [&'r [u8]; 3],
    width: usize,
    /// Samples from a row of luma to the next; of chroma, half as many.
    stride: usize,
    count: usize,
}

impl Rows<'_> {
    /// Rows of luma: even, but for those at the end of a frame.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Row `y` of luma, 0 being the first of these rows.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn luma(&self, y: usize) -> &[u8] {
        &self.planes[0][y * self.stride..][..self.width]
    }

    /// Row `y` of Cb and Cr, of which there are half as many as of luma, rounded up, and half as wide.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn chroma(&self, y: usize) -> [&[u8]; 2] {
        let row = y * self.stride / 2;
        [1, 2].map(|plane| &self.planes[plane][row..][..self.width.div_ceil(2)])
    }
}

impl<'a> Decoder<'a> {
    /// Reads the header of a frame. The last partitions may be cut short.
    ///
    /// # Errors
    ///
    /// If it is no key frame, or if the header is not there as a whole.
    pub fn new(frame: &'a [u8]) -> Result<Self, HeaderError> {
        let (header, first, rest) = FrameHeader::split(frame)?;
        let partitions = partitions(rest, header.coefficient_partitions);
        let mut first = BoolDecoder::new(first);
        let parameters = Box::new(Parameters::read(&mut first));
        let (width, height) = (header.width as usize, header.height as usize);
        let across = width.div_ceil(16);
        let luma = HELD * 16 * across;
        Ok(Decoder {
            width,
            height,
            steps: std::array::from_fn(|segment| Steps::of(&parameters, segment)),
            filter: LoopFilter::new(&parameters),
            parameters,
            first,
            partitions: partitions.map(BoolDecoder::new).collect(),
            levels: Box::new(Levels::NONE),
            edges: Edges::new(across),
            planes: [luma, luma / 4, luma / 4].map(|samples| vec![0; samples]),
            decoded: 0,
        })
    }

    /// The most heap bytes that a decoder of a frame of this width holds.
    pub fn memory(width: u32) -> u64 {
        let across = u64::from(width.div_ceil(16));
        let fixed = size_of::<Parameters>() + size_of::<Levels>() + 8 * size_of::<BoolDecoder<'_>>();
        across * ((HELD * 16 * 3 / 2) as u64 + Edges::BYTES_ACROSS as u64) + fixed as u64
    }

    /// About the instructions that decoding a frame of so many bytes takes: what the data says, and for each pixel what is
    /// predicted and filtered.
    pub fn work(width: u32, height: u32, bytes: u64) -> u64 {
        let pixels = u64::from(width) * u64::from(height);
        bytes.saturating_mul(1800).saturating_add(pixels.saturating_mul(180))
    }

    /// Decodes the next rows. `None` behind the last one, or where the data ends.
    pub fn next_rows(&mut self) -> Option<Rows<'_>> {
        let down = self.height.div_ceil(16);
        if self.decoded >= down || self.width == 0 {
            return None;
        }
        let y = self.decoded;
        let is_first = y == 0;
        if !is_first {
            for plane in &mut self.planes {
                let waiting = plane.len() / HELD * WAITING;
                let start = plane.len() - waiting;
                plane.copy_within(start.., 0);
            }
        }
        self.edges.left = Flags::default();
        for x in 0..self.edges.above.len() {
            self.macroblock(x, y);
        }
        let partition = &self.partitions[y % self.partitions.len()];
        let is_cut = self.first.overrun() || partition.overrun();
        // In rows that are held.
        let start = if is_first { WAITING } else { 0 };
        let end = if is_cut {
            WAITING
        } else if y + 1 == down {
            WAITING + self.height - 16 * y
        } else {
            16
        };
        self.decoded = if is_cut { down } else { y + 1 };
        let stride = 16 * self.edges.above.len();
        let planes = [0, 1, 2].map(|plane| {
            let start = if plane == 0 { start * stride } else { start * stride / 4 };
            &self.planes[plane][start..]
        });
        (end > start).then_some(Rows { planes, width: self.width, stride, count: end - start })
    }

    fn macroblock(&mut self, x: usize, y: usize) {
        let Self { parameters, levels, edges, first, .. } = self;
        let count = self.partitions.len();
        let partition = &mut self.partitions[y % count];
        let modes = modes::read(first, parameters, x, &edges.modes);
        let by_subblocks = matches!(modes.luma, Luma::Subblocks(_));
        levels.has_y2 = !by_subblocks;
        let mut residual = Residual::NONE;
        let mut inner = by_subblocks;
        let (above, left) = (&mut edges.above[x], &mut edges.left);
        if modes.skipped {
            levels.skip(above, left);
        } else {
            let padded = tokens::read(levels, partition, &parameters.probabilities, above, left);
            residual = Residual::new(levels, padded, &self.steps[usize::from(modes.segment)]);
            inner |= residual.is_some();
        }
        edges.modes.put(x, &modes.luma.subblock_modes());
        let luma = residual.luma(&modes.luma, edges, x, y);
        let chroma = residual.chroma(modes.chroma, edges, x, y);
        edges.put(x, &luma, &chroma);

        let stride = 16 * edges.above.len();
        let [luma_at, chroma_at] = [WAITING * stride + 16 * x, WAITING * stride / 4 + 8 * x];
        let [luma_plane, blue, red] = &mut self.planes;
        put(luma_plane, stride, luma_at, &luma);
        put(blue, stride / 2, chroma_at, &chroma[0]);
        put(red, stride / 2, chroma_at, &chroma[1]);
        if let Some(strength) = self.filter.strength(modes.segment, by_subblocks) {
            let outer = [x > 0, y > 0];
            self.filter.filter(luma_plane, stride, (luma_at, 16), outer, inner, strength);
            if !self.filter.is_simple {
                for plane in [blue, red] {
                    self.filter.filter(plane, stride / 2, (chroma_at, 8), outer, inner, strength);
                }
            }
        }
    }
}

/// Writes a square of samples into a plane.
fn put<const N: usize>(plane: &mut [u8], stride: usize, at: usize, square: &[[u8; N]; N]) {
    for (to, row) in plane[at..].chunks_mut(stride).zip(square) {
        to[..N].copy_from_slice(row);
    }
}
