//! What Workers give to the service: fetching, the Cache API, the clocks and a log.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use edgepix_service::{
    BodyBuffer, Cache, CacheError, CacheKey, Clock, Event, Failure, Fetch, FetchError, Lookup, Observer,
    OriginRequest, RequestId, Store, StoredResponse, within,
};
use futures_util::TryStreamExt;
use http::{HeaderName, HeaderValue, Response};
use worker::js_sys::futures::JsFuture;
use worker::js_sys::{Date, global};
use worker::wasm_bindgen::JsCast;
use worker::worker_sys::ext::CacheStorageExt;
use worker::{ByteStream, Context, Delay, Error, Headers, Result, console_warn, web_sys};

use crate::convert;

/// What the runtime gives to the service, for one request.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    context: Rc<Context>,
    /// The scheme and the host of the request's URL.
    site: Rc<str>,
    /// The id of the request.
    id: Option<RequestId>,
}

/// The body of an origin's answer before it is read.
#[derive(Debug)]
pub(crate) struct Body {
    stream: Option<web_sys::ReadableStream>,
    _connection: Connection,
}

/// What is fetched ends with this, however far it is: an answer that nobody reads would go on holding one of the six
/// connections that a request may have.
#[derive(Debug)]
struct Connection(web_sys::AbortController);

/// A place in the cache.
#[derive(Debug)]
pub(crate) struct Slot {
    url: String,
    tag: String,
}

impl Host {
    pub(crate) fn new(context: Context, url: &str, id: Option<RequestId>) -> Self {
        let start = url.find("://").map_or(0, |scheme| scheme + 3);
        let end = url[start..].find('/').map_or(url.len(), |host| start + host);
        Self { context: context.into(), site: url[..end].into(), id }
    }

    /// Does something behind the answer, for which the runtime lets the request live on.
    pub(crate) fn behind(&self, work: impl Future<Output = ()> + 'static) {
        self.context.wait_until(work);
    }
}

impl Fetch for Host {
    type Body = Body;

    async fn send(&self, request: OriginRequest) -> std::result::Result<Response<Body>, Failure> {
        // The addresses that names resolve to are not to be seen here.
        let OriginRequest { request, addresses: _, timeout } = request;
        let answer = within(fetch(request), alarm(timeout)).await.ok_or(FetchError::Timeout)?;
        answer.map_err(|error| Failure::new(FetchError::Connect, error))
    }

    async fn read(
        &self,
        body: Body,
        mut buffer: BodyBuffer,
        timeout: Duration,
    ) -> std::result::Result<Bytes, Failure> {
        let Body { stream: Some(stream), _connection } = body else { return Ok(Bytes::new()) };
        let mut pieces = ByteStream::from(stream);
        let interrupted = |error: Error| Failure::new(FetchError::Interrupted, error);
        let read = async {
            while let Some(piece) = pieces.try_next().await.map_err(interrupted)? {
                buffer.push(&piece)?;
            }
            Ok(buffer.finish()?)
        };
        within(read, alarm(timeout)).await.ok_or(FetchError::Timeout)?
    }
}

impl Store for Host {}

impl Cache for Host {
    type Slot = Slot;

    async fn lookup(&self, key: &CacheKey, tag: &str) -> std::result::Result<Lookup<Slot>, CacheError> {
        // A bare URL of the Worker's own host: a request with conditions would be answered by the cache itself.
        let url = format!("{}/.edgepix/{}", self.site, key.digest());
        let found = stored(&url).await.map_err(CacheError::new)?;
        // Nobody can wait for another request here: each may fill the slot.
        let slot = Slot { url, tag: tag.to_owned() };
        Ok(match found {
            Some(stored) => Lookup::Found(stored, Some(slot)),
            None => Lookup::Miss(slot),
        })
    }

    async fn fill(&self, slot: Slot, stored: &StoredResponse) -> std::result::Result<(), CacheError> {
        let mut response = stored.to_response();
        if let Ok(tag) = HeaderValue::from_str(&slot.tag) {
            response.headers_mut().insert(HeaderName::from_static("cache-tag"), tag);
        }
        let response = convert::response(response).map_err(CacheError::new)?;
        let cache = cache().map_err(CacheError::new)?;
        let put = JsFuture::from(cache.put_with_str(&slot.url, &response));
        self.behind(async {
            let _ = put.await;
        });
        Ok(())
    }

    async fn give_up(
        &self,
        slot: Slot,
        _error: Option<&edgepix_service::Error>,
        outdated: bool,
    ) -> std::result::Result<(), CacheError> {
        if outdated {
            let cache = cache().map_err(CacheError::new)?;
            let delete = JsFuture::from(cache.delete_with_str(&slot.url));
            self.behind(async {
                let _ = delete.await;
            });
        }
        Ok(())
    }
}

impl Clock for Host {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(Date::now() as u64)
    }

    fn monotonic(&self) -> Duration {
        let milliseconds = scope().performance().map_or(0.0, |performance| performance.now());
        Duration::from_secs_f64(milliseconds.max(0.0) / 1e3)
    }
}

impl Observer for Host {
    fn observe(&self, event: &Event<'_>) {
        console_warn!("edgepix: {}", event.with_id(self.id.as_ref()));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn fetch(request: http::Request<()>) -> Result<Response<Body>> {
    let connection = Connection(web_sys::AbortController::new()?);
    let (head, ()) = request.into_parts();
    let init = web_sys::RequestInit::new();
    init.set_headers(&Headers::from(head.headers).0);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_cache(web_sys::RequestCache::NoStore);
    init.set_signal(Some(&connection.0.signal()));
    let answer = JsFuture::from(scope().fetch_with_str_and_init(&head.uri.to_string(), &init)).await?;
    let answer: web_sys::Response = answer.unchecked_into();
    Ok(convert::head(&answer)?.map(|()| Body { stream: answer.body(), _connection: connection }))
}

/// What is in the cache under this URL.
async fn stored(url: &str) -> Result<Option<StoredResponse>> {
    let found = JsFuture::from(cache()?.match_with_str(url)).await?;
    if found.is_undefined() {
        return Ok(None);
    }
    let answer: web_sys::Response = found.unchecked_into();
    let body = JsFuture::from(answer.array_buffer()?).await?;
    let body = Bytes::from(worker::js_sys::Uint8Array::new(&body).to_vec());
    Ok(StoredResponse::from_response(convert::head(&answer)?.map(|()| body)))
}

fn cache() -> Result<web_sys::Cache> {
    Ok(CacheStorageExt::default(&scope().caches()?))
}

fn scope() -> web_sys::WorkerGlobalScope {
    global().unchecked_into()
}

/// Ends after this long. The runtime's timers count in 32 bits.
fn alarm(limit: Duration) -> Delay {
    Delay::from(limit.min(Duration::from_millis(i32::MAX as u64)))
}
