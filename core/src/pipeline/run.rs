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
        progress: &mut dyn Progress,
    ) -> Result<Vec<u8>, Error> {
        let Self { selection, stages, rows, result, cost, work_of_rows } = self;
        let mut meter = Meter { progress, total: cost.work };
        meter.reach(0)?;
        let mut decoder = Some(image.decoder(file, &selection)?);
        // The stages up to the one that holds the picture, and those behind it.
        let holding = stages.iter().position(|stage| stage.holds());
        let mut before = stages.into_iter().map(|stage| stage.start()).collect::<Result<Vec<_>, _>>()?;
        let mut behind = before.split_off(holding.map_or(before.len(), |holding| holding + 1));
        let mut holder = holding.and_then(|_| before.pop());
        let mut encoder = None;
        if holder.is_none() {
            encoder = Some(codec.encoder(settings, &result)?);
        }

        let frames = u64::from(selection.frames.end - selection.frames.start).max(1);
        let mut frame = 0;
        while let Some(frames_of) = decoder.as_mut()
            && frames_of.next_frame()?
        {
            frame += 1;
            if frame > 1 {
                before.iter_mut().chain(&mut holder).chain(&mut behind).for_each(|stage| stage.reset());
            }
            let mut row = 0;
            let done = |row: u32| {
                work_of_rows / frames * (frame - 1)
                    + work_of_rows / frames * u64::from(row.min(rows)) / u64::from(rows.max(1))
            };
            loop {
                let more = {
                    let mut sink = |row: Row<'_>| match (&mut holder, &mut encoder) {
                        (Some(holder), _) => holder.push(row, &mut |_| Ok(())),
                        (None, Some(encoder)) => feed(&mut behind, row, &mut write(encoder.as_mut())),
                        (None, None) => Ok(()),
                    };
                    frames_of.read(&mut |next| {
                        row += u32::from(!matches!(next, Row::Plane(1.., _)));
                        feed(&mut before, next, &mut sink)
                    })?
                };
                meter.reach(done(row))?;
                if !more || before.iter().any(|stage| stage.is_done()) {
                    break;
                }
            }
            if holder.is_some() && frame == frames {
                // What made the picture is gone before the encoder begins.
                decoder = None;
                before.clear();
            }
            if encoder.is_none() {
                encoder = Some(codec.encoder(settings, &result)?);
            }
            let Some(encoder) = encoder.as_mut() else { break };
            match &mut holder {
                Some(holder) => give(holder.as_mut(), &mut behind, encoder.as_mut())?,
                None => finish(&mut before, &mut |row| feed(&mut behind, row, &mut write(encoder.as_mut())))?,
            }
            finish(&mut behind, &mut write(encoder.as_mut()))?;
            encoder.end_frame()?;
            if decoder.is_none() {
                break;
            }
        }
        drop((decoder, before, holder, behind));
        let file = match encoder {
            Some(encoder) => encoder.finish()?,
            None => return Err(Error::damaged("The source holds no picture.")),
        };
        meter.reach(cost.work)?;
        Ok(file)
    }
}

/// Gives a held picture on: as a whole where no stage is behind, else row by row.
fn give(
    holder: &mut dyn RowStage,
    behind: &mut [Box<dyn RowStage + '_>],
    encoder: &mut dyn Encoder,
) -> Result<(), Error> {
    if behind.is_empty()
        && let Some(picture) = holder.take_picture()
    {
        return encoder.write_picture(picture);
    }
    holder.finish(&mut |row| feed(behind, row, &mut write(encoder)))
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

/// What takes rows to an encoder.
fn write(encoder: &mut dyn Encoder) -> impl FnMut(Row<'_>) -> Result<(), Error> {
    |row| match row {
        Row::Eight(row) => encoder.write_row(row),
        Row::Strip(strip) => encoder.write_strip(strip),
        Row::Sixteen(_) | Row::Plane(..) => {
            Err(Error::new(Kind::Internal, "Rows of this kind cannot be encoded."))
        }
    }
}

/// Tells of progress, and hears that the job is to stop.
struct Meter<'p> {
    progress: &'p mut dyn Progress,
    total: u64,
}

impl Meter<'_> {
    fn reach(&mut self, done: u64) -> Result<(), Error> {
        if self.progress.advance(done, self.total).is_break() {
            return Err(Error::new(Kind::Cancelled, "The job was stopped."));
        }
        Ok(())
    }
}
