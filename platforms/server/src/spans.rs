//! The span of a request and those of its steps, for OpenTelemetry. They are only exported by programs that are built with the
//! feature `otlp`, and told where to; else a span is no more than its ids for the log.

use std::future::Future;
use std::time::Duration;

use http::Method;
use tokio::task_local;

use crate::metrics::Step;
#[cfg(feature = "otlp")]
use crate::otlp::ExportedSpan;
use crate::outcome::{Outcome, Route};
use crate::trace::{SpanIds, TraceParent};

task_local! {
    /// That of the request whose task this is.
    static CURRENT: RequestSpan;
}

/// The span of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestSpan {
    ids: Option<SpanIds>,
    #[cfg(feature = "otlp")]
    exported: Option<ExportedSpan>,
}

impl RequestSpan {
    /// Starts the span of a request, below that of its caller.
    #[cfg_attr(
        not(feature = "otlp"),
        allow(unused_variables, reason = "only exported spans tell what was asked")
    )]
    pub(crate) fn start(
        parent: Option<&TraceParent>,
        method: &Method,
        route: Route,
        request_id: Option<&str>,
    ) -> Self {
        #[cfg(feature = "otlp")]
        if let Some(exported) = ExportedSpan::start(parent, method, route, request_id) {
            return Self { ids: Some(exported.ids()), exported: Some(exported) };
        }
        Self {
            ids: parent.map(SpanIds::below),
            #[cfg(feature = "otlp")]
            exported: None,
        }
    }

    /// Its ids, where it is part of a trace.
    pub(crate) fn ids(&self) -> Option<SpanIds> {
        self.ids
    }

    /// The span of the request whose task this is.
    pub(crate) fn current() -> Self {
        CURRENT.try_with(Clone::clone).unwrap_or_default()
    }

    /// Makes it the current one for all that a future does, on its own task.
    pub(crate) fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, future)
    }

    /// Adds a part of the request that has just ended.
    #[cfg_attr(not(feature = "otlp"), allow(unused_variables, reason = "only exported spans have parts"))]
    pub(crate) fn step(&self, step: Step, took: Duration) {
        #[cfg(feature = "otlp")]
        if let Some(exported) = &self.exported {
            exported.step(step, took);
        }
    }

    /// Ends it.
    #[cfg_attr(
        not(feature = "otlp"),
        allow(unused_variables, reason = "only exported spans tell of their end")
    )]
    pub(crate) fn end(&self, outcome: &Outcome) {
        #[cfg(feature = "otlp")]
        if let Some(exported) = &self.exported {
            exported.end(outcome);
        }
    }
}
