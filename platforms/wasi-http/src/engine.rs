//! Images made by another component, in a memory of its own.

use std::time::Duration;

use bytes::Bytes;
use edgepix_core::{Error, Limits, Metadata, Plan, Transform};
use edgepix_service::Engine;

use crate::bindings::pipeline as wit;

edgepix_wit_types::caller!(crate::bindings::pipeline);

/// `edgepix:pipeline`, imported. Every call copies the source into the other memory, where it lasts as long as the call.
pub(crate) struct Imported;

/// An image on this side of the interface.
pub(crate) struct Source {
    file: Bytes,
    limits: Limits,
}

impl Engine for Imported {
    type Source = Source;

    async fn open(&self, file: Bytes, limits: &Limits) -> Result<Source, Error> {
        Ok(Source { file, limits: *limits })
    }

    async fn metadata(&self, source: &Source) -> Result<Metadata, Error> {
        Metadata::ask(&source.file, |file| Ok(wit::get_metadata(file)?.into()))
    }

    async fn plan(&self, Source { file, limits }: &Source, transform: &Transform) -> Result<Plan, Error> {
        Ok(wit::get_plan(file, transform.try_into()?, limits.into())?.into())
    }

    async fn transform(
        &self,
        Source { file, limits }: Source,
        transform: &Transform,
        _plan: &Plan,
        _time: Duration,
    ) -> Result<Bytes, Error> {
        let output = edgepix_core::Output::from(wit::resize(&file, transform.try_into()?, (&limits).into())?);
        Ok(output.bytes.into())
    }
}
