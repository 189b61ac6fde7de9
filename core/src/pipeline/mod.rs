//! From a source's rows to those of the result: the stages, in order.
//!
//! ```text
//! decode → crop → resize → colour → orient → encode
//! ```
//!
//! Rows go through it one by one, from the decoder to the encoder. A stage is first planned, from the source's header and
//! the options, with what it will cost; only [`run`](Pipeline::run) allocates. Where the picture is turned, or the encoder
//! needs all of it, one stage holds the whole picture; the decoder and the stages before are gone when it gives it on.
//!
//! Photos stay luma and colour differences where every stage and both codecs can take them so: half the samples, and no
//! colour conversion at either end.

mod colours;
mod decoding;
#[cfg(test)]
mod reference;
mod run;
mod stage;
mod stages;
#[cfg(test)]
mod tests;

pub(crate) use self::colours::Colours;
use self::decoding::Decoding;
pub(crate) use self::run::Meter;
use self::stage::{Context, Kinds, Stage};
pub(crate) use self::stages::colour::over;
use self::stages::{colour, crop, orient, resize, strips};
use crate::codec::{Codec, Cost, Image, Selection, Settings};
use crate::geometry::Geometry;
use crate::rows::{Rows, Shape};
use crate::{Background, Error, Format, Transform};

/// The stages, in the order in which rows go through them.
const STAGES: [Step; 4] = [
    Step { takes: crop::takes, plan: crop::plan },
    Step { takes: resize::takes, plan: resize::plan },
    Step { takes: colour::takes, plan: colour::plan },
    Step { takes: orient::takes, plan: orient::plan },
];

/// A place in the list of stages.
struct Step {
    /// The kinds of rows that the stage can take in this job.
    takes: fn(&Context<'_, '_>) -> Kinds,
    /// The stage for such rows; `None` where there is nothing for it to do.
    plan: for<'p> fn(&Context<'p, '_>, &Shape) -> Option<Box<dyn Stage<'p> + 'p>>,
}

/// What a pipeline reads.
#[derive(Clone, Copy)]
pub(crate) struct Input<'p> {
    pub(crate) file: &'p [u8],
    pub(crate) image: &'p dyn Image,
    pub(crate) colours: Colours<'p>,
}

/// A job's way from file to file, planned.
#[derive(Debug)]
pub(crate) struct Pipeline<'p> {
    selection: Selection,
    stages: Vec<Box<dyn Stage<'p> + 'p>>,
    /// Rows that are decoded, of the first plane.
    rows: u32,
    /// What the encoder gets.
    result: Shape,
    /// Of everything.
    cost: Cost,
    /// Heap bytes of the encoder, which bound those of the file that it makes.
    encoder: u64,
    /// Of the cost, the work that is done when the last row has been decoded.
    work_of_rows: u64,
}

impl<'p> Pipeline<'p> {
    /// Plans for one source. `geometry`: on the picture as it is stored.
    pub(crate) fn new(
        input: Input<'p>,
        transform: &Transform,
        frames: std::ops::Range<u32>,
        geometry: &Geometry,
        codec: &dyn Codec,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let image = input.image;
        let background = background(transform, &input.colours, codec.format());
        let planner = Planner { input, transform, background, codec, settings };
        if let Some(decoding) = Decoding::of_planes(image, geometry, codec.chroma_cell(settings))
            && planner.kinds(&decoding).planes
        {
            return planner.plan(decoding, frames);
        }
        let decoding = Decoding::of_pixels(image, geometry, false);
        match (planner.kinds(&decoding), image.sixteen()) {
            (Kinds { eight: false, .. }, Some(_)) => {
                planner.plan(Decoding::of_pixels(image, geometry, true), frames)
            }
            _ => planner.plan(decoding, frames),
        }
    }

    /// What the whole job takes, decoder and encoder with it.
    pub(crate) fn cost(&self) -> Cost {
        self.cost
    }

    /// A bound on the bytes of the result.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.encoder
    }
}

/// What a pipeline is planned from.
struct Planner<'p, 'a> {
    input: Input<'p>,
    transform: &'a Transform,
    background: Background,
    codec: &'a dyn Codec,
    settings: &'a Settings,
}

impl<'p> Planner<'p, '_> {
    /// The kinds of rows that every stage can take.
    fn kinds(&self, decoding: &Decoding) -> Kinds {
        let context = self.context(decoding);
        STAGES.iter().map(|step| (step.takes)(&context)).fold(Kinds::ALL, Kinds::and)
    }

    fn plan(&self, decoding: Decoding, frames: std::ops::Range<u32>) -> Result<Pipeline<'p>, Error> {
        let context = self.context(&decoding);
        let mut shape = decoding.shape;
        let mut stages = Vec::new();
        for step in &STAGES {
            let stage = (step.plan)(&context, &shape);
            shape = stage.as_ref().map_or(shape, |stage| stage.output());
            stages.extend(stage);
        }
        let selection = Selection { frames, sampling: decoding.sampling };
        let Input { file, image, .. } = self.input;
        let mut decoder = image.decoding_cost(file, &selection)?;
        if image.streams() {
            let bounds = context.geometry[0].bounds;
            let share = f64::from(bounds.y + bounds.height) / f64::from(decoding.shape.height.max(1));
            decoder.work = (decoder.work as f64 * share.min(1.0)) as u64;
        }

        // The encoder gets rows as they come, or the whole picture, whichever takes less memory.
        let encoder = |shape: &Shape| self.codec.encoding_cost(self.settings, shape);
        let held = |shape: &Shape| orient::hold(&context, shape);
        if let Rows::Planes { .. } = shape.rows {
            let strips = strips::plan(&decoding.geometry, &shape, decoding.cell, decoding.rows_at_once);
            let (streaming, holding) = (strips, held(&shape));
            let whole = peak(decoder, &stages, Some(&*holding), encoder(&holding.output()));
            let rows = peak(decoder, &stages, Some(&*streaming), encoder(&streaming.output()));
            stages.push(if rows <= whole { streaming } else { holding });
        } else if !stages.last().is_some_and(|stage| stage.holds()) {
            let holding = held(&shape);
            let whole = peak(decoder, &stages, Some(&*holding), encoder(&shape));
            let takes_rows = self.codec.takes_rows(self.settings, shape.layout());
            if !takes_rows || peak(decoder, &stages, None, encoder(&shape)) > whole {
                stages.push(holding);
            }
        }
        let result = stages.last().map_or(shape, |stage| stage.output());
        let encoder = encoder(&result);
        let before: u64 = stages.iter().map(|stage| stage.cost().work).sum::<u64>() + decoder.work;
        let holds = stages.iter().any(|stage| stage.holds());
        let work = before.saturating_add(encoder.work);
        Ok(Pipeline {
            selection,
            rows: decoding.shape.height,
            cost: Cost { memory: peak(decoder, &stages, None, encoder), work },
            encoder: encoder.memory,
            work_of_rows: if holds { before } else { work },
            stages,
            result,
        })
    }

    fn context<'a>(&'a self, decoding: &'a Decoding) -> Context<'p, 'a> {
        Context {
            header: self.input.image.header(),
            colours: &self.input.colours,
            transform: self.transform,
            geometry: decoding.planes(),
            cell: decoding.cell,
            background: self.background,
        }
    }
}

/// What shows through transparency and around a smaller picture, in the colours of the result.
fn background(transform: &Transform, colours: &Colours<'_>, format: Format) -> Background {
    match (transform.background, format.has_alpha()) {
        (Some(background), true) => colours.background(background),
        // Without alpha a see-through background has nothing behind it but white.
        (Some(background), false) => colours.background(background.over_white()),
        (None, true) => Background::TRANSPARENT,
        (None, false) => Background::WHITE,
    }
}

/// The most memory that is in use at one time. What stands before a stage that holds the picture is gone when the rows
/// behind it go on.
fn peak<'p>(
    decoder: Cost,
    stages: &[Box<dyn Stage<'p> + 'p>],
    last: Option<&(dyn Stage<'p> + 'p)>,
    encoder: Cost,
) -> u64 {
    let mut peak = 0;
    let mut held = 0;
    let mut running = decoder.memory;
    for stage in stages.iter().map(|stage| &**stage).chain(last) {
        if stage.holds() {
            let picture = stage.output().bytes();
            peak = u64::max(peak, held + running + picture);
            (held, running) = (picture, 0);
        }
        running += stage.cost().memory;
    }
    u64::max(peak, held + running + encoder.memory)
}

/// The resize by itself, for benches and tests: gives the rows of the result.
#[cfg(feature = "stages")]
pub(crate) fn resize(
    picture: &crate::rows::Picture,
    geometry: &Geometry,
    take: &mut dyn FnMut(&[u8]),
) -> Result<(), Error> {
    use crate::rows::Row;
    let context = Context {
        colours: &Colours::Stay,
        header: &crate::codec::Header::new(crate::Format::Png, picture.width, picture.height, picture.layout),
        transform: &Transform::default(),
        geometry: std::slice::from_ref(geometry),
        cell: 1,
        background: Background::TRANSPARENT,
    };
    let shape = Shape { width: picture.width, height: picture.height, rows: Rows::Eight(picture.layout) };
    let mut stage = match resize::plan(&context, &shape) {
        Some(stage) => stage.start()?,
        None => {
            return picture.rows().try_for_each(|row| {
                take(row);
                Ok(())
            });
        }
    };
    picture.rows().try_for_each(|row| {
        stage.push(Row::Eight(row), &mut |row| {
            if let Row::Eight(row) = row {
                take(row);
            }
            Ok(())
        })
    })
}
