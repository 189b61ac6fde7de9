//! From a source's bytes to an answer's: what the header allows first, then the pixels.

use bytes::Bytes;
use edgepix_core::{Error, Kind, Limits, Metadata, Transform};

use crate::cache::stored::Content;
use crate::config::Config;
use crate::request::negotiate::Outcome;
use crate::request::{Action, ImageRequest};
use crate::seams::Engine;
use crate::service::budget::Reservation;

/// What is left to do once the source's header is read.
#[derive(Debug)]
pub(crate) enum Work {
    /// Nothing: the description is made.
    Described(Bytes),
    /// An image, whose memory is reserved.
    Planned { content: Content, transform: Box<Transform>, limits: Limits },
}

impl Work {
    /// Reads the header, decides on the format, and takes the memory that the job will need. No pixel is decoded.
    pub(crate) async fn plan<E: Engine>(
        job: &ImageRequest,
        engine: &E,
        bytes: &Bytes,
        config: &Config,
        memory: &mut Reservation,
    ) -> Result<Self, Error> {
        let Action::Resize(params, outcome) = &job.action else {
            return describe(&engine.metadata(bytes).await?).map(Work::Described);
        };
        let format = match outcome {
            Outcome::Fixed(format) => *format,
            Outcome::ByAlpha => outcome.resolve(engine.metadata(bytes).await?.has_alpha),
        };
        let transform = Box::new(params.transform(format, config));
        // The source stays in memory beside what the core takes.
        let held = bytes.len() as u64;
        let mut limits = config.limits;
        limits.memory = config.memory_budget.saturating_sub(held);
        let plan = engine.plan(bytes, &transform, &limits).await?;
        memory.resize(held.saturating_add(plan.memory))?;
        Ok(Work::Planned { content: Content::Image(format), transform, limits })
    }

    pub(crate) fn content(&self) -> Content {
        match self {
            Work::Described(_) => Content::Json,
            Work::Planned { content, .. } => *content,
        }
    }

    /// Does it.
    pub(crate) async fn finish<E: Engine>(self, engine: &E, bytes: Bytes) -> Result<Bytes, Error> {
        match self {
            Work::Described(description) => Ok(description),
            Work::Planned { transform, limits, .. } => {
                engine.transform(bytes, &transform, &limits).await.map(|output| output.bytes)
            }
        }
    }
}

/// What `/info/` answers.
fn describe(metadata: &Metadata) -> Result<Bytes, Error> {
    let json = serde_json::to_vec(metadata);
    json.map(Bytes::from).map_err(|_| Error::new(Kind::Internal, "The description could not be written."))
}
