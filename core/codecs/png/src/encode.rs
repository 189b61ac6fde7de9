//! Encoding: rows → the least kind of pixels that holds them → filtered → deflated.
//!
//! As long as a picture has no more than 256 colours, its rows are held back as a byte a pixel, and as long as its alpha says
//! nothing, as RGB. With [`Effort::Small`] all are held back, to choose how they are filtered. They stand in the room that the
//! file has yet to fill, so that this takes no memory of its own.

mod crc;
mod file;
mod filter;
mod metadata;
mod palette;
mod parameters;
mod stored;
mod stream;

pub(crate) use self::file::File;
use self::file::Held;
use self::filter::Choice;
pub use self::metadata::Metadata;
use self::palette::Colours;
pub use self::parameters::{Effort, Parameters, Pixels};
use self::stored::Stored;
use self::stream::Stream;
use crate::error::Error;

/// Takes the rows of a picture from the top and gives a file.
///
/// ```
/// use edgepix_png::{Encoder, Header, Metadata, Parameters, Pixels};
///
/// let parameters = Parameters::new(16, 2, Pixels::Rgb)?;
/// let mut encoder = Encoder::new(&parameters, Metadata::default())?;
/// encoder.write_row(&[255, 0, 0].repeat(16))?;
/// encoder.write_row(&[0, 0, 255].repeat(16))?;
/// let file = encoder.finish()?;
///
/// // Two colours take a bit a pixel.
/// assert_eq!(Header::read(&file)?.bit_depth, 1);
/// # Ok::<(), edgepix_png::Error>(())
/// ```
#[derive(Debug)]
pub struct Encoder<'a> {
    parameters: Parameters,
    metadata: Metadata<'a>,
    file: File,
    /// Rows that were written.
    rows: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The picture has few colours so far. What is held are their numbers.
    Few(Box<Colours>),
    /// It has many. What is held are pixels, as RGB as long as there is no transparency.
    Many(Held),
    /// Nothing is held any more.
    Streaming(Box<Stream>),
}

/// See [`Parameters::memory`].
fn memory(parameters: &Parameters) -> u64 {
    let (row, width) = (parameters.stride() as u64, u64::from(parameters.width));
    // A row that is held, as it is stored, in the stages of filtering.
    let held = width * Held::of(parameters).samples() as u64 + row;
    let own = palette::MEMORY + held + stream::memory(row, parameters.effort);
    parameters.most_bytes().saturating_add(own)
}

/// See [`Parameters::work`].
fn work(parameters: &Parameters) -> u64 {
    let pixels = u64::from(parameters.width) * u64::from(parameters.height);
    // Measured on photos and, of indices, graphics.
    let of_pixel = match (parameters.pixels, parameters.effort) {
        (Pixels::Grey, Effort::Fast) => 390,
        (Pixels::Grey, Effort::Balanced) => 640,
        (Pixels::Grey, Effort::Small) => 5300,
        (Pixels::Rgb | Pixels::Rgba, Effort::Fast) => 690,
        (Pixels::Rgb | Pixels::Rgba, Effort::Balanced) => 1500,
        (Pixels::Rgb | Pixels::Rgba, Effort::Small) => 15_000,
        (Pixels::Indexed, Effort::Fast) => 200,
        (Pixels::Indexed, Effort::Balanced) => 2200,
        (Pixels::Indexed, Effort::Small) => 17_000,
    };
    pixels.saturating_mul(of_pixel)
}

impl<'a> Encoder<'a> {
    /// Starts a file of grey, RGB or RGBA.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] for indexed pixels, which need a [palette](Self::indexed), and where a file might have 2 GiB and more.
    pub fn new(parameters: &Parameters, metadata: Metadata<'a>) -> Result<Self, Error> {
        if parameters.pixels == Pixels::Indexed {
            return Err(Error::Misuse("indexed pixels need a palette"));
        }
        Self::start(parameters, Colours::default(), metadata)
    }

    /// Starts a file of indexed pixels. `palette`: 1 to 256 colours as RGBA, in any order; those that no pixel has are left out.
    ///
    /// ```
    /// use edgepix_png::{Encoder, Metadata, Parameters, Pixels};
    ///
    /// let palette = [[255, 0, 0, 255], [0, 0, 255, 128]];
    /// let parameters = Parameters::new(4, 1, Pixels::Indexed)?;
    /// let mut encoder = Encoder::indexed(&parameters, &palette, Metadata::default())?;
    /// encoder.write_row(&[0, 1, 1, 0])?;
    /// assert!(encoder.finish()?.len() < 120);
    /// # Ok::<(), edgepix_png::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where the parameters are not for indexed pixels, the palette has another number of colours, or a file might
    /// have 2 GiB and more.
    pub fn indexed(
        parameters: &Parameters,
        palette: &[[u8; 4]],
        metadata: Metadata<'a>,
    ) -> Result<Self, Error> {
        if parameters.pixels != Pixels::Indexed {
            return Err(Error::Misuse("a palette needs indexed pixels"));
        }
        if !(1..=256).contains(&palette.len()) {
            return Err(Error::Misuse("a palette has 1 to 256 colours"));
        }
        Self::start(parameters, Colours::of(palette), metadata)
    }

    fn start(parameters: &Parameters, colours: Colours, metadata: Metadata<'a>) -> Result<Self, Error> {
        let room = parameters.most_bytes().saturating_add(metadata.most_bytes());
        // The pixels are one chunk, whose length is limited, and a file must fit in an address space of 32 bits.
        if room > i32::MAX as u64 {
            return Err(Error::Misuse("a PNG file has less than 2 GiB"));
        }
        Ok(Self {
            parameters: *parameters,
            metadata,
            file: File::with_room(room as usize),
            rows: 0,
            state: State::Few(Box::new(colours)),
        })
    }

    /// Takes the next row.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where it has another length than the picture's rows, an index that the palette does not have, or where all
    /// rows have been written.
    pub fn write_row(&mut self, row: &[u8]) -> Result<(), Error> {
        let Parameters { pixels, height, .. } = self.parameters;
        if row.len() != self.parameters.stride() {
            return Err(Error::Misuse("a row has another length"));
        }
        if self.rows == height {
            return Err(Error::Misuse("there are more rows than the picture has"));
        }
        if let State::Few(colours) = &mut self.state {
            let held = self.file.held_row(&self.parameters, Held::Index, self.rows);
            if pixels == Pixels::Indexed {
                colours.take_indices(row, held)?;
            } else if !colours.take_pixels(row, pixels, held) {
                let colours = std::mem::take(colours);
                self.let_go(&colours);
            }
        }
        if let State::Many(kind) = self.state {
            let held = self.file.held_row(&self.parameters, kind, self.rows);
            if held.len() == row.len() {
                held.copy_from_slice(row);
            } else if !take_opaque(row, held) {
                self.take_transparency(row);
            }
        }
        if let State::Streaming(stream) = &mut self.state {
            stream.write_row(row, &mut self.file);
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the file and gives it.
    ///
    /// # Errors
    ///
    /// [`Error::Misuse`] where rows are missing.
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        if self.rows < self.parameters.height {
            return Err(Error::Misuse("there are fewer rows than the picture has"));
        }
        match &mut self.state {
            State::Few(colours) => {
                let colours = std::mem::take(colours);
                self.write_few(&colours);
            }
            State::Many(Held::Rgba) => {
                self.stream(Stored::Rgba, None, Held::Rgba, &|row, pixels| pixels.extend(row))
            }
            State::Many(_) => self.stream(Stored::Rgb, None, Held::Rgb, &|row, pixels| pixels.extend(row)),
            State::Streaming(_) => {}
        }
        let Self { mut file, state, .. } = self;
        if let State::Streaming(stream) = state {
            stream.finish(&mut file);
        }
        file.end_chunk();
        file.push_chunk(*b"IEND", &[]);
        Ok(file.finish())
    }

    /// Goes on when there are too many colours for a palette.
    fn let_go(&mut self, colours: &Colours) {
        let Parameters { pixels, effort, .. } = self.parameters;
        let is_small = effort == Effort::Small;
        let kind = match pixels {
            Pixels::Rgba if colours.are_opaque() => Held::Rgb,
            Pixels::Rgba if is_small => Held::Rgba,
            Pixels::Rgba => return self.write_true(colours, Stored::Rgba),
            _ if is_small => Held::Rgb,
            _ => return self.write_true(colours, Stored::Rgb),
        };
        self.hold_as(kind, Held::Index, &|indices, row| {
            let pixels = row.chunks_exact_mut(kind.samples()).zip(indices);
            pixels.for_each(|(to, &index)| to.copy_from_slice(&colours.rgba(index)[..kind.samples()]));
        });
    }

    /// Goes on when the first transparent pixel comes.
    fn take_transparency(&mut self, row: &[u8]) {
        if self.parameters.effort == Effort::Small {
            self.hold_as(Held::Rgba, Held::Rgb, &|rgb, row| {
                let pixels = row.as_chunks_mut::<4>().0.iter_mut().zip(rgb.as_chunks::<3>().0);
                pixels.for_each(|(to, &[red, green, blue])| *to = [red, green, blue, 255]);
            });
            self.file.held_row(&self.parameters, Held::Rgba, self.rows).copy_from_slice(row);
        } else {
            self.stream(Stored::Rgba, None, Held::Rgb, &|row, pixels| {
                let rgb = row.as_chunks::<3>().0.iter();
                rgb.for_each(|&[red, green, blue]| pixels.extend([red, green, blue, 255]));
            });
        }
    }

    /// Holds more of each pixel. Each row goes to a place before those that are still to be moved.
    fn hold_as(&mut self, kind: Held, before: Held, convert: &dyn Fn(&[u8], &mut [u8])) {
        let Self { parameters, file, rows, .. } = self;
        let mut held = vec![0; parameters.width as usize * before.samples()];
        for y in 0..*rows {
            held.copy_from_slice(file.held_row(parameters, before, y));
            convert(&held, file.held_row(parameters, kind, y));
        }
        self.state = State::Many(kind);
    }

    /// Writes a picture of at most 256 colours.
    fn write_few(&mut self, colours: &Colours) {
        match colours.choose(&self.parameters, self.metadata.icc.is_some()) {
            stored @ (Stored::Rgb | Stored::Rgba) => self.write_true(colours, stored),
            stored @ Stored::Grey(bits) => {
                let levels = std::array::from_fn(|index| colours.rgba(index as u8)[0] >> (8 - bits));
                self.stream(stored, None, Held::Index, &|row, packed| {
                    palette::pack(row, &levels, bits, packed)
                });
            }
            stored @ Stored::Palette(bits) => {
                let (palette, order) = colours.sorted();
                let palette = Some(&palette[..]);
                self.stream(stored, palette, Held::Index, &|row, packed| {
                    palette::pack(row, &order, bits, packed)
                });
            }
        }
    }

    /// Writes the indices that are held as the colours that they stand for.
    fn write_true(&mut self, colours: &Colours, stored: Stored) {
        self.stream(stored, None, Held::Index, &|row, pixels| {
            row.iter().for_each(|&index| pixels.extend(&colours.rgba(index)[..stored.pixel_bits() / 8]));
        });
    }

    /// Writes all before the pixels, and those that are held. `convert` makes a stored row of one that is held.
    fn stream(
        &mut self,
        stored: Stored,
        palette: Option<&[[u8; 4]]>,
        kind: Held,
        convert: &dyn Fn(&[u8], &mut Vec<u8>),
    ) {
        let Self { parameters, file, metadata, rows, .. } = self;
        let mut held = vec![0; parameters.width as usize * kind.samples()];
        let mut row = Vec::with_capacity(stored.row_bytes(parameters.width));
        let mut write = |y: u32, file: &mut File, stream: &mut Stream, to: Option<&mut File>| {
            held.copy_from_slice(file.held_row(parameters, kind, y));
            row.clear();
            convert(&held, &mut row);
            stream.write_row(&row, to.unwrap_or(file));
        };
        let choice = match parameters.effort {
            Effort::Small => {
                stream::best_choice(parameters, stored, |y, stream, to| write(y, file, stream, Some(to)))
            }
            effort => Choice::usual(stored, effort),
        };
        stored::write_header(parameters, stored, palette, metadata, file);
        file.begin_chunk(*b"IDAT");
        let mut stream = Stream::new(parameters, stored, choice, file);
        (0..*rows).for_each(|y| write(y, file, &mut stream, None));
        self.state = State::Streaming(Box::new(stream));
    }
}

/// Keeps a row's colours, unless it has transparency.
fn take_opaque(row: &[u8], rgb: &mut [u8]) -> bool {
    let rows = row.as_chunks::<4>().0.iter().zip(rgb.as_chunks_mut::<3>().0);
    let mut least = 255;
    for (&[red, green, blue, alpha], to) in rows {
        *to = [red, green, blue];
        least = alpha.min(least);
    }
    least == 255
}
