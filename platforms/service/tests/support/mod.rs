//! A platform and an engine in memory, which record what the service does with them.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses its own part")]

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_core::{
    Dropped, Error, Format, KeepMetadata, Kind, Limits, Metadata, MetadataKind, Orientation, Plan, Transform,
};
use edgepix_service::{
    AddressPolicy, BodyBuffer, Cache, CacheError, CacheKey, Clock, Config, Defaults, Engine, Event, Failure,
    Fetch, FetchError, Lookup, Observer, OriginRequest, Refresh, Service, Store, StoredResponse,
};
use http::{HeaderMap, Request, Response};

/// The wall clock's start: Fri, 01 Jan 2027 00:00:00 GMT, after the release.
pub const NOW: u64 = 1_798_761_600;

/// What the origin does with a request for one URL.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
    /// Instead of a head.
    pub send_error: Option<FetchError>,
    /// Instead of a body.
    pub read_error: Option<FetchError>,
    /// Time that passes before the head and before the body's end.
    pub takes: (Duration, Duration),
    /// Headers of the 304 that answers a request with one of this answer's own validators, where the origin has such.
    pub not_modified: Option<Vec<(&'static str, String)>>,
}

impl Answer {
    /// An origin that answers conditions, by a 304 with these headers.
    pub fn validating(self, headers: &[(&'static str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { not_modified: Some(headers), ..self }
    }

    /// What a request with these headers gets.
    fn to(self, request: &HeaderMap) -> Self {
        let own = |name: &str| self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        let asked = |name: &str| request.get(name).and_then(|value| value.to_str().ok());
        let held = match asked("if-none-match") {
            Some(tag) => own("etag").is_some_and(|own| own == tag),
            None => asked("if-modified-since")
                .is_some_and(|date| own("last-modified").is_some_and(|own| own == date)),
        };
        match self.not_modified.clone().filter(|_| held) {
            Some(headers) => Self { status: 304, headers, body: Bytes::new(), ..self },
            None => self,
        }
    }
}

impl Answer {
    pub fn image(body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let length = ("content-length", body.len().to_string());
        Self { headers: vec![length], body, ..Self::status(200) }
    }

    pub fn status(status: u16) -> Self {
        let takes = (Duration::from_millis(7), Duration::from_millis(5));
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            send_error: None,
            read_error: None,
            takes,
            not_modified: None,
        }
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).with("location", location)
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name || name == "cache-control");
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn without_length(mut self) -> Self {
        self.headers.retain(|(name, _)| *name != "content-length");
        self
    }
}

/// What a request to the origin was.
#[derive(Debug)]
pub struct Sent {
    pub uri: String,
    pub headers: HeaderMap,
    pub addresses: AddressPolicy,
    pub timeout: Duration,
}

#[derive(Debug, Default)]
pub struct Fake {
    pub origin: Mutex<HashMap<String, Answer>>,
    pub sent: Mutex<Vec<Sent>>,
    pub reads: AtomicUsize,
    pub cache: Arc<Mutex<HashMap<String, StoredResponse>>>,
    pub ttls: Mutex<Vec<u64>>,
    pub tags: Mutex<Vec<String>>,
    pub cancelled: Arc<AtomicUsize>,
    pub no_cache: bool,
    /// Whether the cache fails.
    pub broken_cache: bool,
    /// What every look-up gives as the failure of another request, where there is one.
    pub failure: Option<Error>,
    /// Stored answers that were given a new life.
    pub renewals: AtomicUsize,
    /// What was told to those who wait for a slot that was given up.
    pub shared: Mutex<Vec<Option<Kind>>>,
    /// The events, as they would be logged.
    pub log: Mutex<Vec<String>>,
    /// What was told of the origin's part of requests.
    pub fetches: Mutex<Vec<(Duration, Option<u64>)>>,
    /// Time that a look-up takes.
    pub waits: Duration,
    /// Milliseconds since the start, by both clocks.
    pub clock: AtomicU64,
}

#[derive(Debug)]
pub struct Slot {
    key: String,
    filled: bool,
    cancelled: Arc<AtomicUsize>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if !self.filled {
            self.cancelled.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Fake {
    /// An origin with these URLs and local paths.
    pub fn new<'a>(answers: impl IntoIterator<Item = (&'a str, Answer)>) -> Self {
        let origin = answers.into_iter().map(|(url, answer)| (url.to_owned(), answer)).collect();
        Self { origin: Mutex::new(origin), ..Self::default() }
    }

    pub fn set(&self, url: &str, answer: Answer) {
        self.origin.lock().unwrap().insert(url.to_owned(), answer);
    }

    pub fn requests(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().map(|sent| sent.uri.clone()).collect()
    }

    pub fn pass(&self, time: Duration) {
        self.clock.fetch_add(time.as_millis() as u64, Ordering::Relaxed);
    }

    pub fn entries(&self) -> usize {
        self.cache.lock().unwrap().len()
    }

    fn head(&self, url: &str, request: &HeaderMap) -> Result<Response<Answer>, Failure> {
        let answer = self.origin.lock().unwrap().get(url).cloned().unwrap_or_else(|| Answer::status(404));
        let answer = answer.to(request);
        self.pass(answer.takes.0);
        if let Some(error) = answer.send_error {
            return Err(Failure::new(error, "the host's words"));
        }
        let mut response = Response::builder().status(answer.status);
        for (name, value) in &answer.headers {
            response = response.header(*name, value);
        }
        Ok(response.body(answer).unwrap())
    }
}

impl Fetch for Fake {
    type Body = Answer;

    async fn send(&self, request: OriginRequest) -> Result<Response<Answer>, Failure> {
        let OriginRequest { request, addresses, timeout } = request;
        let (parts, ()) = request.into_parts();
        assert_eq!(parts.method, http::Method::GET);
        let uri = parts.uri.to_string();
        let headers = parts.headers.clone();
        self.sent.lock().unwrap().push(Sent { uri: uri.clone(), headers, addresses, timeout });
        self.head(&uri, &parts.headers)
    }

    async fn read(&self, body: Answer, mut buffer: BodyBuffer, _: Duration) -> Result<Bytes, Failure> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.pass(body.takes.1);
        if let Some(error) = body.read_error {
            return Err(error.into());
        }
        buffer.push(&body.body)?;
        Ok(buffer.finish()?)
    }
}

impl Store for Fake {
    async fn open(&self, path: &str) -> Result<Response<Answer>, Failure> {
        self.head(path, &HeaderMap::new())
    }
}

impl Cache for Fake {
    type Slot = Slot;

    async fn lookup(&self, key: &CacheKey, tag: &str) -> Result<Lookup<Slot>, CacheError> {
        self.tags.lock().unwrap().push(tag.to_owned());
        self.pass(self.waits);
        if self.no_cache {
            return Ok(Lookup::Bypass);
        }
        if self.broken_cache {
            return Err(CacheError::new("no such table"));
        }
        let slot = Slot { key: key.as_str().to_owned(), filled: false, cancelled: self.cancelled.clone() };
        let stored = self.cache.lock().unwrap().get(key.as_str()).cloned();
        Ok(match (self.failure.clone(), stored) {
            (Some(error), stored) => Lookup::Failed(error, stored),
            (None, Some(stored)) => Lookup::Found(stored, Some(slot)),
            (None, None) => Lookup::Miss(slot),
        })
    }

    async fn fill(&self, mut slot: Slot, stored: &StoredResponse) -> Result<(), CacheError> {
        slot.filled = true;
        self.ttls.lock().unwrap().push(stored.lifetime().as_secs());
        self.cache.lock().unwrap().insert(slot.key.clone(), stored.clone());
        Ok(())
    }

    async fn renew(&self, mut slot: Slot, stored: &StoredResponse) -> Result<(), CacheError> {
        slot.filled = true;
        self.renewals.fetch_add(1, Ordering::Relaxed);
        let mut cache = self.cache.lock().unwrap();
        let before = cache.insert(slot.key.clone(), stored.clone()).unwrap();
        assert_eq!(before.body(), stored.body());
        Ok(())
    }

    async fn give_up(&self, slot: Slot, error: Option<&Error>, outdated: bool) -> Result<(), CacheError> {
        if outdated {
            self.cache.lock().unwrap().remove(&slot.key);
        }
        self.shared.lock().unwrap().push(error.map(|error| error.kind));
        Ok(())
    }
}

impl Clock for Fake {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW) + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.clock.load(Ordering::Relaxed))
    }
}

impl Observer for Fake {
    fn observe(&self, event: &Event<'_>) {
        self.log.lock().unwrap().push(event.to_string());
    }

    fn fetched(&self, took: Duration, bytes: Option<u64>) {
        self.fetches.lock().unwrap().push((took, bytes));
    }
}

/// Reads "images" of four bytes, `IMG` and `a` (alpha), `o` (opaque) or `d` (damaged), with anything behind.
#[derive(Debug, Default)]
pub struct FakeEngine {
    pub memory: u64,
    pub work: u64,
    /// Why no job is taken.
    pub not_ready: Option<&'static str>,
    /// Images that were handed over: each has its header read once.
    pub opens: AtomicUsize,
    pub transforms: AtomicUsize,
    pub plans: Mutex<Vec<(Transform, Limits)>>,
    /// What each transform was given of the request's time.
    pub times: Mutex<Vec<Duration>>,
    /// Where there is one, a transform waits until it is opened.
    pub gate: Option<tokio::sync::Semaphore>,
}

/// An image and its limits.
#[derive(Debug)]
pub struct FakeSource(Bytes, Limits);

impl Engine for FakeEngine {
    type Source = FakeSource;

    fn ready(&self) -> Result<(), Error> {
        self.not_ready.map_or(Ok(()), |why| Err(Error::new(Kind::Busy, why)))
    }

    async fn open(&self, file: Bytes, limits: &Limits) -> Result<FakeSource, Error> {
        self.opens.fetch_add(1, Ordering::Relaxed);
        match file.strip_prefix(b"IMG") {
            Some([_, ..]) => Ok(FakeSource(file, *limits)),
            _ => Err(Error::unsupported_source("The source is not an image.")),
        }
    }

    async fn metadata(&self, FakeSource(file, _): &FakeSource) -> Result<Metadata, Error> {
        Ok(Metadata {
            width: 400,
            height: 300,
            format: Format::Png,
            size_bytes: file.len() as u64,
            orientation: Orientation::from_exif(6),
            frames: 1,
            has_alpha: file.get(3) == Some(&b'a'),
            bit_depth: 8,
            profile: Some("Display P3".to_owned()),
            profile_ignored: None,
            progressive: true,
        })
    }

    async fn plan(
        &self,
        FakeSource(file, limits): &FakeSource,
        transform: &Transform,
    ) -> Result<Plan, Error> {
        self.plans.lock().unwrap().push((transform.clone(), *limits));
        if file.get(3) == Some(&b'd') {
            return Err(Error::damaged("The image's data is broken."));
        }
        let format = transform.format().expect("the service names the format");
        // WebP is the dearest, more so where it is coded both ways.
        let times = if format == Format::Webp { 2 + u64::from(transform.auto_lossless()) } else { 1 };
        let work = times * self.work;
        // As of a source whose EXIF data is longer than JPEG holds.
        let dropped = match (format, transform.metadata()) {
            (Format::Jpeg, KeepMetadata::All) => [MetadataKind::Exif].into_iter().collect(),
            _ => Dropped::default(),
        };
        let plan = Plan { memory: self.memory, work, width: 1, height: 1, format, dropped };
        limits.check_plan(&plan).and_then(|()| limits.check_work(&plan)).map(|()| plan)
    }

    async fn transform(
        &self,
        FakeSource(file, _): FakeSource,
        transform: &Transform,
        _: &Plan,
        time: Duration,
    ) -> Result<Bytes, Error> {
        self.times.lock().unwrap().push(time);
        if let Some(gate) = &self.gate {
            gate.acquire().await.unwrap().forget();
        }
        self.transforms.fetch_add(1, Ordering::Relaxed);
        let format = transform.format().expect("the service names the format");
        Ok(format!("{format} of {}", String::from_utf8_lossy(&file)).into())
    }
}

/// A service, what it stands on, and how to ask it.
pub struct World {
    pub service: Service,
    pub fake: Fake,
    pub engine: FakeEngine,
    /// What is to be done behind the answers.
    pub behind: Mutex<Vec<Refresh<Slot>>>,
}

impl World {
    /// With the origin `https://origin.example` and `https://*.example.com` allowed, unless `settings` say otherwise.
    pub fn new<'a>(settings: &[(&str, &str)], answers: impl IntoIterator<Item = (&'a str, Answer)>) -> Self {
        let standard = [
            ("EDGEPIX_ORIGIN", "https://origin.example"),
            ("EDGEPIX_ALLOWED_SOURCES", "https://*.example.com"),
        ];
        let find = |name: &str| {
            let pairs = settings.iter().chain(&standard);
            pairs.clone().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        // Those of Spin.
        let defaults = Defaults { internal_hosts: &["self.alt", "spin.internal"], ..Defaults::default() };
        let config = Config::from_lookup(find, &defaults).unwrap();
        Self::with(config, answers)
    }

    pub fn with<'a>(config: Config, answers: impl IntoIterator<Item = (&'a str, Answer)>) -> Self {
        let engine = FakeEngine { memory: 1000, work: 100, ..FakeEngine::default() };
        let behind = Mutex::default();
        Self { service: Service::new(config), fake: Fake::new(answers), engine, behind }
    }

    /// With one opaque image at `/a.jpg` of the origin, with a strong entity tag.
    pub fn standard() -> Self {
        Self::new(&[], [("https://origin.example/a.jpg", Answer::image("IMGo").with("etag", "\"one\""))])
    }

    pub async fn ask(&self, method: &str, uri: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        let answer = self.service.answer(&self.fake, &self.engine, request).await;
        self.behind.lock().unwrap().extend(answer.refresh);
        answer.response
    }

    /// Does what is to be done behind the answers so far, and tells how much that was.
    pub async fn refresh(&self) -> usize {
        let all = std::mem::take(&mut *self.behind.lock().unwrap());
        let count = all.len();
        for refresh in all {
            self.service.refresh(&self.fake, &self.engine, refresh).await;
        }
        count
    }

    pub async fn get(&self, uri: &str) -> Response<Bytes> {
        self.ask("GET", uri, &[]).await
    }

    pub async fn status(&self, uri: &str) -> u16 {
        self.get(uri).await.status().as_u16()
    }
}

pub fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

pub fn json(response: &Response<Bytes>) -> serde_json::Value {
    serde_json::from_slice(response.body()).unwrap()
}

/// The kind that a problem detail names.
pub fn slug(response: &Response<Bytes>) -> String {
    let kind = json(response)["type"].as_str().unwrap_or_default().to_owned();
    kind.strip_prefix("urn:edgepix:error:").unwrap_or_default().to_owned()
}
