//! Rows or planes in, a file out.

use bytemuck::cast;

use super::band_counts::{BAND_COUNTS_BYTES, BandCounts};
use super::block_stream::{self, BlockStream, Counts};
use super::cost::{BALANCED_BYTES, Budget, OWN_BYTES, SMALL_BYTES};
use super::entropy_coder::Codes;
use super::fdct;
use super::file_writer::FileWriter;
use super::headers::Headers;
use super::huffman::EncodeTable;
use super::metadata::Metadata;
use super::overshoot;
use super::parameters::{Effort, Parameters};
use super::progressive::Progressive;
use super::quantise::{self, Quantiser, Rounding};
use super::samples::McuRowSamples;
use super::scan_script::{SCANS_BYTES, USUAL_SCANS_BYTES};
use super::trellis::{Steps, Trellis};
use crate::error::Error;

/// Encodes a picture row by row.
///
/// ```
/// use edgepix_jpeg::{Encoder, Parameters, Pixels, Subsampling};
///
/// let parameters = Parameters::new(64, 48, Pixels::Rgb, 80, Subsampling::S420)?;
/// let mut encoder = Encoder::new(&parameters);
/// for y in 0..48 {
///     encoder.write_row(&[5 * y; 64 * 3])?;
/// }
/// let jpeg = encoder.finish()?;
/// assert!(jpeg.starts_with(&[0xFF, 0xD8]));
/// # Ok::<(), edgepix_jpeg::Error>(())
/// ```
#[derive(Debug)]
pub struct Encoder<'m> {
    parameters: Parameters,
    headers: Headers<'m>,
    budget: Budget,
    samples: McuRowSamples,
    quantiser: Quantiser,
    trellis: Option<(Trellis, Steps)>,
    stream: BlockStream,
    /// Of luma and chroma.
    counts: Box<[Counts; 2]>,
    /// Of each component, where the file may be progressive with the usual scans.
    bands: Option<Box<[BandCounts; 3]>>,
    /// There from the moment when the stream was full.
    writer: Option<Box<FileWriter>>,
    /// The DC value of each component's last block.
    dc: [i32; 3],
    /// Rows taken.
    rows: usize,
}

const _: () = {
    let own = size_of::<Encoder<'_>>() + size_of::<[Counts; 2]>() + size_of::<FileWriter>();
    assert!(own as u64 + 4 * EncodeTable::BYTES + Headers::TABLES_BYTES <= OWN_BYTES);
    assert!(BAND_COUNTS_BYTES + USUAL_SCANS_BYTES <= BALANCED_BYTES);
    assert!(Trellis::BYTES + SCANS_BYTES <= SMALL_BYTES);
};

impl<'m> Encoder<'m> {
    /// Begins a picture. [`Parameters::memory`] tells how much it will take.
    pub fn new(parameters: &Parameters) -> Self {
        let steps = quantise::steps(parameters.quality);
        let budget = Budget::new(parameters);
        let chooses = parameters.effort == Effort::Small;
        let rounding = if chooses { Rounding::Half } else { Rounding::DeadZone };
        Encoder {
            parameters: *parameters,
            headers: Headers { parameters: *parameters, steps, metadata: Metadata::default() },
            budget,
            samples: McuRowSamples::new(parameters),
            quantiser: Quantiser::new(&steps, rounding),
            trellis: chooses.then(|| (Trellis::new(), Steps::new(&steps))),
            stream: BlockStream::new(budget.chunks, budget.chunk_size),
            counts: Box::new([Counts::NONE; 2]),
            bands: (parameters.may_be_progressive() && parameters.effort == Effort::Balanced)
                .then(|| Box::new([0, 1, 2].map(BandCounts::new))),
            writer: None,
            dc: [0; 3],
            rows: 0,
        }
    }

    /// Adds metadata. What does not [fit](Metadata::fits) is left out.
    #[must_use]
    pub fn metadata(mut self, metadata: Metadata<'m>) -> Self {
        self.headers.metadata = metadata;
        self
    }

    /// Takes the next row: width × channels bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if `row` has another length, or all rows have been written. The encoder is as it was.
    pub fn write_row(&mut self, row: &[u8]) -> Result<(), Error> {
        let height = usize::from(self.parameters.height);
        if row.len() != self.parameters.row_bytes() {
            return Err(Error::Misuse("a row of width × channels bytes"));
        }
        if self.rows == height {
            return Err(Error::Misuse("no more rows than the picture has"));
        }
        let last = self.rows + 1 == height;
        self.samples.put(self.rows, row, last);
        self.rows += 1;
        if last || self.rows.is_multiple_of(self.mcu_rows()) {
            self.samples.complete();
            self.push_mcu_row();
        }
        Ok(())
    }

    /// Pixel rows in a row of MCUs.
    pub fn mcu_rows(&self) -> usize {
        8 * self.parameters.luma_side()
    }

    /// Takes the next row of MCUs as Y, Cb and Cr (ITU-T T.871) instead of rows of RGB: the rows of each component,
    /// one after the other without padding. Of luma they are [`mcu_rows`](Self::mcu_rows), or what is left of the picture;
    /// of the others as many, or half as many, rounded up, in rows half as wide, rounded up. A grey file takes the first
    /// plane alone.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if the lengths are others, if all rows have been written, or if single rows have been written
    /// that are no whole row of MCUs. The encoder is as it was.
    pub fn write_planes(&mut self, planes: [&[u8]; 3]) -> Result<(), Error> {
        let (width, height) = (usize::from(self.parameters.width), usize::from(self.parameters.height));
        if self.rows == height || !self.rows.is_multiple_of(self.mcu_rows()) {
            return Err(Error::Misuse("planes where a row of MCUs begins"));
        }
        let rows = self.mcu_rows().min(height - self.rows);
        self.samples.put_planes(planes, width, rows)?;
        self.rows += rows;
        self.samples.complete();
        self.push_mcu_row();
        Ok(())
    }

    /// Returns the file.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] if rows are missing.
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        if self.rows != usize::from(self.parameters.height) {
            return Err(Error::Misuse("all rows of the picture"));
        }
        self.samples = McuRowSamples::default();
        if self.writer.is_none()
            && let Some(file) = self.progressive()
        {
            return Ok(file);
        }
        let new_writer = || FileWriter::for_all(&self.headers, &self.budget, &self.counts, &self.stream);
        let mut writer = self.writer.take().unwrap_or_else(new_writer);
        self.stream.drain(|blocks| writer.code(blocks));
        Ok(writer.finish())
    }

    /// A progressive file, where one is wanted and smaller.
    #[inline(never)]
    fn progressive(&mut self) -> Option<Vec<u8>> {
        if !self.parameters.may_be_progressive() {
            return None;
        }
        let sequential: u64 = self.counts.iter().map(|counts| Codes::new(counts).bits(counts)).sum();
        let bands = self.bands.take();
        let progressive = Progressive::new(&self.headers, &self.stream, &self.counts, bands);
        if progressive.bits() < sequential { progressive.write(&self.budget) } else { None }
    }

    /// Transforms the blocks of a row of MCUs.
    fn push_mcu_row(&mut self) {
        let mcu_y = (self.rows - 1) / self.mcu_rows();
        let size_in_blocks = [0, 1, 2].map(|component| self.parameters.blocks(component));
        if let Some((trellis, _)) = &mut self.trellis {
            trellis.begin_row(&self.parameters, &self.counts);
        }
        for mcu_x in 0..self.parameters.mcus().0 {
            let planes = self.samples.planes.iter().zip(size_in_blocks).enumerate();
            for (component, (plane, (across, down))) in planes {
                let side = plane.side;
                let counts = &mut self.counts[component.min(1)];
                for i in 0..side * side {
                    let (x, y) = (mcu_x * side + i % side, i / side);
                    // Outside of the picture: what costs least.
                    let (mut block, mut not_zero, mut difference) = ([0; 64], 0, 0);
                    if x < across && mcu_y * side + y < down {
                        let samples = &plane.samples[8 * (y * plane.stride + x)..];
                        let mut samples = fdct::load(samples, plane.stride);
                        overshoot::move_clipped(&mut samples, self.headers.steps[0]);
                        let coefficients = fdct::transform(samples);
                        let rows = self.quantiser.divide(coefficients);
                        (block, not_zero) = (cast(rows), block_stream::not_zero(rows));
                        if let Some((trellis, steps)) = &self.trellis {
                            let coefficients = cast(coefficients);
                            not_zero =
                                trellis.choose(steps, component > 0, &coefficients, &mut block, not_zero);
                        }
                        difference = i32::from(block[0]) - self.dc[component];
                        self.dc[component] += difference;
                    }
                    if let Some(bands) = &mut self.bands {
                        self.stream.push(difference, &block, not_zero, counts, Some(&mut bands[component]));
                    } else {
                        self.stream.push(difference, &block, not_zero, counts, None);
                    }
                }
            }
            if self.stream.is_full() {
                self.flush();
            }
        }
    }

    /// Empties the stream into the file, beginning it if need be.
    #[cold]
    fn flush(&mut self) {
        let new_writer = || FileWriter::for_some(&self.headers, &self.budget, &self.counts);
        let mut writer = self.writer.take().unwrap_or_else(new_writer);
        self.stream.drain(|blocks| writer.code(blocks));
        self.writer = Some(writer);
    }
}
