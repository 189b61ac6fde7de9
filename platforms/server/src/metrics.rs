//! Numbers about what the server does, as Prometheus reads them. Every label is of a closed set, so that no caller can
//! make a series.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::outcome::{CacheUse, Outcome, Route};

/// The media type of [`Metrics::text`].
pub(crate) use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;

/// Upper bounds of durations, in seconds: from an answer of the cache to a request's whole time.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// A part of a request whose time is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The origin gives the source.
    Fetch,
    /// The job waits for its turn.
    Queue,
    /// The image is made.
    Transform,
}

impl Step {
    /// Its name in metrics and spans.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Step::Fetch => "fetch",
            Step::Queue => "queue",
            Step::Transform => "transform",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Step::Fetch => "Time that origins took for sources, redirects and failures included",
            Step::Queue => "Time that jobs waited for their turn, refused ones included",
            Step::Transform => "Time that images took to be made, stopped jobs included",
        }
    }
}

/// What the server holds and does at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Load {
    /// Requests that are being answered.
    pub(crate) requests: u64,
    /// Jobs that run, those that wait, and how many may run.
    pub(crate) jobs: [u64; 3],
    /// Instructions that these jobs plan for.
    pub(crate) work: u64,
    /// Bytes that jobs hold and plan for, and how many they may.
    pub(crate) memory: [u64; 2],
    /// Bytes of answers in the cache, how many there may be, and how many answers.
    pub(crate) cache: [u64; 3],
}

/// All numbers of one server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabel, Histogram>,
    cache: Family<CacheLabel, Counter>,
    steps: [(Step, Histogram); 3],
    source_bytes: Counter,
    answer_bytes: Counter,
    load: [(OfLoad, Level); 10],
}

/// One of the numbers of a load.
type OfLoad = fn(&Load) -> u64;

/// A number that goes up and down.
type Level = Gauge<u64, AtomicU64>;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    outcome: &'static str,
    format: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CacheLabel {
    result: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BuildLabels {
    version: &'static str,
    engine: &'static str,
}

impl Metrics {
    /// All numbers at zero. `engine` is the name of what makes the images.
    pub(crate) fn new(engine: &'static str) -> Self {
        let mut registry = Registry::with_prefix("edgepix");
        let build = Family::<BuildLabels, Level>::default();
        build.get_or_create(&BuildLabels { version: env!("CARGO_PKG_VERSION"), engine }).set(1);
        registry.register("build_info", "The program's version and engine; always 1", build);

        let requests = Family::default();
        registry.register(
            "requests",
            "Requests that were answered, or given up by their clients",
            requests.clone(),
        );
        let durations = Family::<RouteLabel, Histogram>::new_with_constructor(histogram);
        let help = "Time from a request's head to its answer, before it is sent";
        registry.register_with_unit("request_duration", help, Unit::Seconds, durations.clone());
        let cache = Family::<CacheLabel, Counter>::default();
        for state in CacheUse::ALL {
            // From the start, so that rates can be computed from the first of each.
            drop(cache.get_or_create(&CacheLabel { result: state.name() }));
        }
        registry.register(
            "cache_requests",
            "Requests for images and descriptions, by what the cache had",
            cache.clone(),
        );
        let steps = [Step::Fetch, Step::Queue, Step::Transform].map(|step| (step, histogram()));
        for (step, histogram) in &steps {
            let name = format!("{}_duration", step.name());
            registry.register_with_unit(name, step.help(), Unit::Seconds, histogram.clone());
        }
        let [source_bytes, answer_bytes] = [Counter::default(), Counter::default()];
        registry.register_with_unit(
            "source",
            "Bytes of the sources that were read",
            Unit::Bytes,
            source_bytes.clone(),
        );
        registry.register_with_unit(
            "answer",
            "Bytes of the bodies of answers",
            Unit::Bytes,
            answer_bytes.clone(),
        );

        let mut level = |name: &str, help: &str, unit: Option<Unit>, value: OfLoad| {
            let gauge = Level::default();
            match unit {
                Some(unit) => registry.register_with_unit(name, help, unit, gauge.clone()),
                None => registry.register(name, help, gauge.clone()),
            }
            (value, gauge)
        };
        let instructions = Some(Unit::Other("instructions".to_owned()));
        let load: [(OfLoad, Level); 10] = [
            level("requests_running", "Requests that are being answered", None, |load| load.requests),
            level("jobs_running", "Images that are being made", None, |load| load.jobs[0]),
            level("jobs_waiting", "Jobs that wait for their turn", None, |load| load.jobs[1]),
            level("jobs_limit", "Images that may be made at once", None, |load| load.jobs[2]),
            level("work_reserved", "What the jobs that run and wait plan for", instructions, |load| {
                load.work
            }),
            level("memory_reserved", "Memory that jobs hold and plan for", Some(Unit::Bytes), |load| {
                load.memory[0]
            }),
            level("memory_budget", "Memory that jobs may plan for", Some(Unit::Bytes), |load| load.memory[1]),
            level("cache_held", "Answers in the cache", Some(Unit::Bytes), |load| load.cache[0]),
            level("cache_limit", "Answers that the cache may hold", Some(Unit::Bytes), |load| load.cache[1]),
            level("cache_entries", "Answers in the cache", None, |load| load.cache[2]),
        ];
        Self { registry, requests, durations, cache, steps, source_bytes, answer_bytes, load }
    }

    /// Counts a request that took this long.
    pub(crate) fn request(&self, route: Route, outcome: &Outcome, took: Duration) {
        let labels = RequestLabels { route: route.name(), outcome: outcome.name(), format: outcome.format };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&RouteLabel { route: route.name() }).observe(took.as_secs_f64());
        self.answer_bytes.inc_by(outcome.bytes);
        if matches!(route, Route::Resize | Route::Info) {
            self.cache.get_or_create(&CacheLabel { result: outcome.cache.name() }).inc();
        }
    }

    /// Counts a part of a request.
    pub(crate) fn step(&self, step: Step, took: Duration) {
        for (_, histogram) in self.steps.iter().filter(|(measured, _)| *measured == step) {
            histogram.observe(took.as_secs_f64());
        }
    }

    /// Counts a source that was read.
    pub(crate) fn source(&self, bytes: u64) {
        self.source_bytes.inc_by(bytes);
    }

    /// All numbers, in Prometheus' text format.
    pub(crate) fn text(&self, load: &Load) -> String {
        for (value, gauge) in &self.load {
            gauge.set(value(load));
        }
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}
