//! From a source's bytes to an answer's body: first the header and the plan, then the pixels.

use std::time::Duration;

use bytes::Bytes;
use edgepix_core::{Dropped, Error, Kind, Metadata, Plan, Transform};

use super::budget::Reservation;
use crate::cache::stored::Content;
use crate::config::Config;
use crate::request::negotiate::Coding;
use crate::request::{Action, ImageRequest};
use crate::seams::Engine;

/// What is left to do once the source's header is read.
#[derive(Debug)]
pub(crate) enum Prepared<Source> {
    /// Nothing: the description is made.
    Description(Bytes),
    /// An image, whose memory is reserved.
    Image { source: Source, content: Content, transform: Box<Transform>, plan: Plan },
}

impl<Source> Prepared<Source> {
    /// Reads the header, decides on the format, and takes the memory that the job will need. No pixel is decoded.
    pub(crate) async fn new<E: Engine<Source = Source>>(
        request: &ImageRequest,
        engine: &E,
        file: Bytes,
        config: &Config,
        memory: &Reservation,
    ) -> Result<Self, Error> {
        // The source stays in memory beside what the core takes.
        let held = file.len() as u64;
        let mut limits = config.limits;
        limits.memory = limits.memory.saturating_sub(held);
        let file = memory.held_by(file);
        let Action::Resize(params, outcome) = &request.action else {
            return describe(&engine.describe(file, &limits).await?).map(Prepared::Description);
        };
        let source = engine.open(file, &limits).await?;
        let mut outcome = *outcome;
        loop {
            let coding = match outcome.named() {
                Some(coding) => coding,
                None => outcome.resolve(engine.metadata(&source).await?.has_alpha, &config.formats),
            };
            let transform = Box::new(params.negotiated(coding, config));
            match (engine.plan(&source, &transform).await, outcome.cheaper()) {
                (Ok(plan), _) => {
                    memory.resize(held.saturating_add(plan.memory))?;
                    return Ok(Prepared::Image {
                        source,
                        content: Content::Image(coding.format),
                        transform,
                        plan,
                    });
                }
                (Err(error), Some(cheaper)) if is_too_much(&error, coding) => outcome = cheaper,
                (Err(error), _) => return Err(error),
            }
        }
    }

    pub(crate) fn content(&self) -> Content {
        match self {
            Prepared::Description(_) => Content::Json,
            Prepared::Image { content, .. } => *content,
        }
    }

    /// What the answer leaves out.
    pub(crate) fn dropped(&self) -> Dropped {
        match self {
            Prepared::Description(_) => Dropped::default(),
            Prepared::Image { plan, .. } => plan.dropped,
        }
    }

    /// What makes the image; `None` for a description.
    pub(crate) fn transform(&self) -> Option<&Transform> {
        match self {
            Prepared::Description(_) => None,
            Prepared::Image { transform, .. } => Some(transform),
        }
    }

    /// Makes the answer's body.
    pub(crate) async fn finish<E: Engine<Source = Source>>(
        self,
        engine: &E,
        time: Duration,
    ) -> Result<Bytes, Error> {
        match self {
            Prepared::Description(description) => Ok(description),
            Prepared::Image { source, transform, plan, .. } => {
                engine.transform(source, &transform, &plan, time).await
            }
        }
    }
}

/// Whether a job was refused because it would be too much work; or too much memory, which one without a look at lossless
/// coding needs less of.
fn is_too_much(error: &Error, coding: Coding) -> bool {
    error.kind == Kind::TooLarge && (coding.auto_lossless || error.parameter.as_deref() == Some("work"))
}

/// What `/info/` answers.
fn describe(metadata: &Metadata) -> Result<Bytes, Error> {
    let json = serde_json::to_vec(metadata);
    json.map(Bytes::from).map_err(|_| Error::new(Kind::Internal, "The description could not be written."))
}
