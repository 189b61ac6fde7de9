//! Images made by another component, in a memory of its own.

use std::time::Duration;

use bytes::Bytes;
use edgepix_core::{Error, Limits, Metadata, Plan, Transform};
use edgepix_service::Engine;

use crate::bindings::pipeline as wit;

edgepix_wit_types::caller!(crate::bindings::pipeline);

/// `edgepix:pipeline`, imported.
pub(crate) struct Imported;

impl Engine for Imported {
    /// An image in the other component's memory.
    type Source = wit::Source;

    /// Copies the file into the other memory. This one may be used for the answer.
    async fn open(&self, file: Bytes, limits: &Limits) -> Result<wit::Source, Error> {
        open(&file, limits)
    }

    async fn metadata(&self, source: &wit::Source) -> Result<Metadata, Error> {
        Ok(source.metadata().into())
    }

    async fn describe(&self, file: Bytes, limits: &Limits) -> Result<Metadata, Error> {
        limits.check_bytes(file.len() as u64)?;
        Metadata::ask(&file, |part| Ok(open(part, limits)?.metadata().into()))
    }

    async fn plan(&self, source: &wit::Source, transform: &Transform) -> Result<Plan, Error> {
        Ok(source.plan(&transform.try_into()?)?.into())
    }

    /// The host that runs both components ends what takes too long.
    async fn transform(
        &self,
        source: wit::Source,
        transform: &Transform,
        _plan: &Plan,
        _time: Duration,
    ) -> Result<Bytes, Error> {
        Ok(source.transform(&transform.try_into()?)?.bytes.into())
    }
}

fn open(file: &[u8], limits: &Limits) -> Result<wit::Source, Error> {
    Ok(wit::Source::open(file, limits.into())?)
}
