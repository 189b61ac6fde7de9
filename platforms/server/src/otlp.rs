//! Spans for OpenTelemetry, sent to a collector over OTLP (HTTP, protobuf). The variables are the standard's:
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>.

use std::env;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::trace::{
    Span, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId,
    TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;

use crate::metrics::Step;
use crate::outcome::{Outcome, Route};
use crate::trace::{SpanIds, TraceParent};

/// Where spans go. Either of these switches the export on.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// How they are sent.
const PROTOCOLS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];

/// How long the last spans may take to be sent when the process ends.
const LAST_SPANS: Duration = Duration::from_secs(2);

/// The most that is read of a collector's answer.
const ANSWER_BYTES: usize = 64 << 10;

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// The export of spans.
#[derive(Debug)]
pub struct SpanExport(SdkTracerProvider);

impl SpanExport {
    /// Starts it, where the environment names a collector. Requests are sent by this runtime.
    ///
    /// # Errors
    ///
    /// A sentence that names the variable whose value is wrong.
    pub fn start(runtime: &Handle) -> Result<Option<Self>, String> {
        let set = |name: &&&str| env::var(name).is_ok_and(|value| !value.trim().is_empty());
        let is_off = env::var("OTEL_SDK_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("true"))
            || env::var("OTEL_TRACES_EXPORTER").is_ok_and(|value| value == "none");
        let Some(endpoint) = ENDPOINTS.iter().find(set).filter(|_| !is_off) else { return Ok(None) };
        if let Some(protocol) = PROTOCOLS.iter().find(set)
            && env::var(protocol).is_ok_and(|value| value != "http/protobuf")
        {
            return Err(format!("{protocol} must be http/protobuf, or unset."));
        }
        let url = env::var(endpoint).unwrap_or_default().trim().parse();
        if !url.is_ok_and(|url: Uri| matches!(url.scheme_str(), Some("http" | "https"))) {
            return Err(format!("{endpoint} must be a URL, as http://127.0.0.1:4318."));
        }
        let exporter = SpanExporter::builder().with_http().with_http_client(Collector::new(runtime.clone()));
        let exporter = exporter.build().map_err(|error| format!("{endpoint} is wrong: {error}."))?;
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource()).build();
        TRACER.get_or_init(|| provider.tracer("edgepix"));
        tracing::info!(variable = endpoint, "spans are sent to a collector");
        Ok(Some(Self(provider)))
    }

    /// Sends what is left, and ends it.
    pub fn stop(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_SPANS) {
            tracing::warn!(%error, "the last spans may not have been sent");
        }
    }
}

/// Who tells: `edgepix`, unless the environment has another name.
fn resource() -> Resource {
    let attributes = env::var("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
    let is_named = env::var_os("OTEL_SERVICE_NAME").is_some_and(|name| !name.is_empty())
        || attributes.contains("service.name=");
    let builder = Resource::builder();
    let builder = if is_named { builder } else { builder.with_service_name("edgepix") };
    builder.with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION"))).build()
}

/// The span of a request, which is sent when it ends.
#[derive(Clone, Debug)]
pub(crate) struct ExportedSpan(Context);

impl ExportedSpan {
    /// Starts it; `None` where none are exported.
    pub(crate) fn start(
        parent: Option<&TraceParent>,
        method: &Method,
        route: Route,
        request_id: Option<&str>,
    ) -> Option<Self> {
        let tracer = TRACER.get()?;
        let caller = Context::new();
        let caller = match parent {
            Some(parent) => caller.with_remote_span_context(remote(parent)),
            None => caller,
        };
        // Whatever else a caller writes would be a name of its own.
        let method = if matches!(*method, Method::GET | Method::HEAD) { method.as_str() } else { "_OTHER" };
        let attributes = [
            KeyValue::new("http.request.method", method.to_owned()),
            KeyValue::new("http.route", route.name()),
            KeyValue::new("edgepix.request_id", request_id.unwrap_or_default().to_owned()),
        ];
        let builder = SpanBuilder::from_name(format!("{method} {}", route.name()));
        let builder = builder.with_kind(SpanKind::Server).with_attributes(attributes);
        Some(Self(Context::new().with_span(tracer.build_with_context(builder, &caller))))
    }

    pub(crate) fn ids(&self) -> SpanIds {
        let span = self.0.span();
        let context = span.span_context();
        SpanIds {
            trace: u128::from_be_bytes(context.trace_id().to_bytes()),
            span: u64::from_be_bytes(context.span_id().to_bytes()),
        }
    }

    /// A part of the request that has just ended.
    pub(crate) fn step(&self, step: Step, took: Duration) {
        let Some(tracer) = TRACER.get() else { return };
        let end = SystemTime::now();
        let kind = if step == Step::Fetch { SpanKind::Client } else { SpanKind::Internal };
        let builder = SpanBuilder::from_name(step.name()).with_kind(kind);
        let builder = builder.with_start_time(end.checked_sub(took).unwrap_or(end));
        tracer.build_with_context(builder, &self.0).end_with_timestamp(end);
    }

    pub(crate) fn end(&self, outcome: &Outcome) {
        let span = self.0.span();
        span.set_attributes([
            KeyValue::new("edgepix.outcome", outcome.name()),
            KeyValue::new("edgepix.format", outcome.format),
            KeyValue::new("edgepix.cache", outcome.cache.name()),
            KeyValue::new("http.response.body.size", i64::try_from(outcome.bytes).unwrap_or(i64::MAX)),
        ]);
        if let Some(status) = outcome.status {
            span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
            // What callers do wrong is no error of this server.
            if status.is_server_error() {
                span.set_status(Status::error(outcome.name()));
            }
        }
        span.end();
    }
}

fn remote(parent: &TraceParent) -> SpanContext {
    let flags = TraceFlags::default().with_sampled(parent.is_sampled);
    SpanContext::new(
        TraceId::from_bytes(parent.trace.to_be_bytes()),
        SpanId::from_bytes(parent.span.to_be_bytes()),
        flags,
        true,
        TraceState::default(),
    )
}

/// Sends spans to a collector. The exporter's own thread waits for it, the runtime does the work.
#[derive(Debug)]
struct Collector {
    runtime: Handle,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// Whether the last try failed: the log tells of changes alone.
    is_failing: AtomicBool,
}

impl Collector {
    fn new(runtime: Handle) -> Self {
        let connector =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { runtime, client, is_failing: AtomicBool::new(false) }
    }

    fn log(&self, result: &Result<Response<Bytes>, HttpError>) {
        let failure = match result {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(format!("it answers with status {}", response.status().as_u16())),
            Err(error) => Some(causes(&**error)),
        };
        match (self.is_failing.swap(failure.is_some(), Ordering::Relaxed), failure) {
            (false, Some(failure)) => tracing::warn!(failure, "spans cannot be sent to the collector"),
            (true, None) => tracing::info!("spans are sent to the collector again"),
            _ => {}
        }
    }
}

impl HttpClient for Collector {
    fn send_bytes<'a, 'b>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let client = self.client.clone();
        let task = self.runtime.spawn(async move {
            let (head, body) = client.request(request.map(Full::new)).await?.into_parts();
            let body = Limited::new(body, ANSWER_BYTES).collect().await?.to_bytes();
            Ok(Response::from_parts(head, body))
        });
        Box::pin(async move {
            let result = task.await.unwrap_or_else(|error| Err(error.into()));
            self.log(&result);
            result
        })
    }
}

/// An error with what caused it.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
