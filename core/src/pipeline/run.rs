//! A planned pipeline at work.

use super::Pipeline;
use super::stage::RowStage;
use crate::codec::{Codec, Encoder, Image, Settings};
use crate::rows::{Row, Take};
use crate::{Error, Kind, Progress};

impl Pipeline<'_> {
    /// Decodes, sends the rows through the stages, and encodes. `file`: that of `image`.
    pub(crate) fn run(
        self,
        file: &[u8],
        image: &dyn Image,
        codec: &dyn Codec,
        settings: &Settings,
        meter: &mut Meter<'_>,
    ) -> Result<Vec<u8>, Error> {
        let Self { selection, stages, rows, result, cost, work_of_rows, encoder: _ } = self;
        meter.reach(0)?;
        let mut decoder = Some(image.decoder(file, &selection)?);
        let mut holder = stages.iter().position(|stage| stage.holds());
        let mut stages = stages.into_iter().map(|stage| stage.start()).collect::<Result<Vec<_>, _>>()?;
        // Where a stage holds the picture, the encoder gets its memory when the decoder has given back its own.
        let begin = || codec.encoder(settings, &result);
        let mut encoder = if holder.is_none() { Some(begin()?) } else { None };

        let frames = selection.frames.len() as u64;
        for frame in 0..frames {
            let Some(frames_of) = decoder.as_mut() else { break };
            if !frames_of.next_frame()? {
                break;
            }
            if frame > 0 {
                stages.iter_mut().for_each(|stage| stage.reset());
            }
            let mut row = 0;
            loop {
                let more = frames_of.read(&mut |next| {
                    row += u64::from(!matches!(next, Row::Plane(1.., _)));
                    feed(&mut stages, next, &mut |row| write(&mut encoder, row))
                })?;
                let share = work_of_rows * row.min(rows.into()) / u64::from(rows.max(1));
                meter.reach((work_of_rows * frame + share) / frames)?;
                if !more || stages.iter().any(|stage| stage.is_done()) {
                    break;
                }
            }
            if let Some(holding) = &mut holder {
                let (before, held) = stages.split_at_mut(*holding);
                finish(before, &mut |row| feed(held, row, &mut |row| write(&mut encoder, row)))?;
                if frame + 1 == frames {
                    // What made the picture is gone before the encoder begins.
                    decoder = None;
                    stages.drain(..std::mem::take(holding));
                }
            }
            if encoder.is_none() {
                encoder = Some(begin()?);
            }
            let picture = stages.last_mut().and_then(|stage| stage.take_picture());
            match (picture, &mut encoder) {
                (Some(picture), Some(encoder)) => encoder.write_picture(picture)?,
                _ => finish(&mut stages[holder.unwrap_or(0)..], &mut |row| write(&mut encoder, row))?,
            }
            encoder.as_mut().map_or(Ok(()), |encoder| encoder.end_frame())?;
        }
        drop((decoder, stages));
        let encoder = encoder.ok_or_else(|| Error::damaged("The source holds no picture."))?;
        let file = encoder.finish()?;
        meter.reach(cost.work)?;
        Ok(file)
    }
}

/// Sends a row through stages, and what comes out of the last one to `sink`.
fn feed(stages: &mut [Box<dyn RowStage + '_>], row: Row<'_>, sink: &mut Take<'_>) -> Result<(), Error> {
    match stages {
        [] => sink(row),
        [first, rest @ ..] => first.push(row, &mut |row| feed(rest, row, sink)),
    }
}

/// Tells stages, one after the other, that the frame has no more rows.
fn finish(stages: &mut [Box<dyn RowStage + '_>], sink: &mut Take<'_>) -> Result<(), Error> {
    match stages {
        [] => Ok(()),
        [first, rest @ ..] => {
            first.finish(&mut |row| feed(rest, row, sink))?;
            finish(rest, sink)
        }
    }
}

/// Takes a row to the encoder. There is none while a stage holds the picture, and gives no rows.
fn write(encoder: &mut Option<Box<dyn Encoder + '_>>, row: Row<'_>) -> Result<(), Error> {
    match (encoder, row) {
        (Some(encoder), Row::Eight(row)) => encoder.write_row(row),
        (Some(encoder), Row::Strip(strip)) => encoder.write_strip(strip),
        (Some(_), Row::Sixteen(_) | Row::Plane(..)) | (None, _) => {
            Err(Error::new(Kind::Internal, "Rows of this kind cannot be encoded."))
        }
    }
}

/// Tells of progress, and hears that the job is to stop.
pub(crate) struct Meter<'p> {
    pub(crate) progress: &'p mut dyn Progress,
    /// The job's work.
    pub(crate) total: u64,
}

impl Meter<'_> {
    pub(crate) fn reach(&mut self, done: u64) -> Result<(), Error> {
        if self.progress.advance(done, self.total).is_break() {
            return Err(Error::new(Kind::Cancelled, "The job was stopped."));
        }
        Ok(())
    }
}
