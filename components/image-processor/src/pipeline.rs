//! The typed interface.

use edgepix_core::{Limits, Source, Transform};

use crate::Component;
use crate::bindings::exports::edgepix::pipeline::pipeline as wit;

/// The resource `source`: the file in this component's memory, and its header.
pub(crate) struct OpenSource {
    source: Source<Vec<u8>>,
    metadata: wit::Metadata,
}

impl wit::Guest for Component {
    type Source = OpenSource;
}

impl wit::GuestSource for OpenSource {
    fn open(file: Vec<u8>, limits: wit::Limits) -> Result<wit::Source, wit::Error> {
        let source = Source::open(file, &Limits::from(limits))?;
        let metadata = source.metadata().try_into()?;
        Ok(wit::Source::new(Self { source, metadata }))
    }

    fn metadata(&self) -> wit::Metadata {
        self.metadata.clone()
    }

    fn plan(&self, options: wit::Options) -> Result<wit::Plan, wit::Error> {
        let job = self.source.prepare(&Transform::try_from(options)?)?;
        Ok((*job.plan()).try_into()?)
    }

    fn transform(&self, options: wit::Options) -> Result<wit::Output, wit::Error> {
        let job = self.source.prepare(&Transform::try_from(options)?)?;
        // Nobody hears of the progress: a component that imports nothing cannot call its host.
        Ok(job.run(&mut ())?.try_into()?)
    }
}
