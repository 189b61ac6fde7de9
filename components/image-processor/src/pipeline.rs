//! The typed interface.

use edgepix_core::Limits;

use crate::Component;
use crate::bindings::exports::edgepix::pipeline::pipeline::{self as wit, Guest};
use crate::convert::transform;

impl Guest for Component {
    fn get_metadata(image: Vec<u8>) -> Result<wit::Metadata, wit::Error> {
        let facts = edgepix_core::metadata(&image)?;
        Ok(wit::Metadata {
            width: facts.width,
            height: facts.height,
            format: facts.format.try_into()?,
            size_bytes: facts.size_bytes,
            orientation: facts.orientation.exif(),
            frames: facts.frames,
            has_alpha: facts.has_alpha,
            bit_depth: facts.bit_depth,
            profile: facts.profile,
            progressive: facts.progressive,
        })
    }

    fn get_plan(image: Vec<u8>, options: wit::Options, limits: wit::Limits) -> Result<wit::Plan, wit::Error> {
        let plan = edgepix_core::plan(&image, &transform(&options)?, &Limits::from(limits))?;
        Ok(wit::Plan {
            memory: plan.memory,
            work: plan.work,
            width: plan.width,
            height: plan.height,
            format: plan.format.try_into()?,
        })
    }

    fn resize(image: Vec<u8>, options: wit::Options, limits: wit::Limits) -> Result<wit::Output, wit::Error> {
        let output = edgepix_core::transform(&image, &transform(&options)?, &Limits::from(limits))?;
        Ok(wit::Output {
            bytes: output.bytes,
            format: output.format.try_into()?,
            width: output.width,
            height: output.height,
        })
    }
}
