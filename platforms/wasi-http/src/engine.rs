//! The service's second seam: the pixels are made by another component, in a memory of its own.

use bytes::Bytes;
use edgepix_core::{Error, Limits, Metadata, Plan, Transform};
use edgepix_service::{Engine, Output};

use crate::bindings::pipeline as wit;

edgepix_wit_types::caller!(crate::bindings::pipeline);

/// `edgepix:pipeline`, imported. Every call copies the source into the other memory, where it lasts as long as the call.
pub(crate) struct Imported;

impl Engine for Imported {
    async fn metadata(&self, source: &Bytes) -> Result<Metadata, Error> {
        Metadata::ask(source, |source| Ok(wit::get_metadata(source)?.into()))
    }

    async fn plan(&self, source: &Bytes, transform: &Transform, limits: &Limits) -> Result<Plan, Error> {
        Ok(wit::get_plan(source, transform.try_into()?, limits.into())?.into())
    }

    async fn transform(
        &self,
        source: Bytes,
        transform: &Transform,
        limits: &Limits,
    ) -> Result<Output, Error> {
        let output = edgepix_core::Output::from(wit::resize(&source, transform.try_into()?, limits.into())?);
        Ok(output.into())
    }
}
