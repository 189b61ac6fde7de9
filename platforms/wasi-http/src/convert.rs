//! Requests and responses, between the `http` crate's types and the host's.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};
use wasi::http::types::{
    Fields, IncomingRequest, IncomingResponse, Method as WasiMethod, OutgoingBody, OutgoingRequest,
    OutgoingResponse, ResponseOutparam, Scheme,
};
use wasi::io::streams::{OutputStream, StreamError};

/// The caller's request without its body, which the service has no use for. `None` where it is not HTTP.
pub(crate) fn request(incoming: &IncomingRequest) -> Option<Request<()>> {
    let mut request = Request::new(());
    *request.method_mut() = match incoming.method() {
        WasiMethod::Get => Method::GET,
        WasiMethod::Head => Method::HEAD,
        WasiMethod::Post => Method::POST,
        WasiMethod::Put => Method::PUT,
        WasiMethod::Delete => Method::DELETE,
        WasiMethod::Connect => Method::CONNECT,
        WasiMethod::Options => Method::OPTIONS,
        WasiMethod::Trace => Method::TRACE,
        WasiMethod::Patch => Method::PATCH,
        WasiMethod::Other(name) => name.parse().ok()?,
    };
    *request.uri_mut() = incoming.path_with_query().map_or(Ok(Uri::default()), Uri::try_from).ok()?;
    *request.headers_mut() = headers(&incoming.headers());
    Some(request)
}

/// The answer to what is not HTTP, as HTTP libraries give it.
pub(crate) fn bad_request() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// Gives the answer to the host, body included.
pub(crate) fn respond(response: Response<Bytes>, out: ResponseOutparam) {
    let outgoing = OutgoingResponse::new(fields(response.headers()));
    // The status of any `http::Response` is in range, and the body is asked for once: neither fails.
    let _ = outgoing.set_status_code(response.status().as_u16());
    let body = outgoing.body().ok();
    ResponseOutparam::set(out, Ok(outgoing));
    let Some(body) = body else { return };
    // A client that has gone away is nobody to tell of errors. What is not finished is seen as cut short.
    if write(&body, response.body()).is_ok() {
        let _ = OutgoingBody::finish(body, None);
    }
}

/// Writes as much at a time as the host takes. The helper that blocks in the host takes 4096 bytes at most.
fn write(body: &OutgoingBody, mut bytes: &[u8]) -> Result<(), StreamError> {
    let Ok(stream) = body.write() else { return Err(StreamError::Closed) };
    while !bytes.is_empty() {
        let room = ready(&stream)?.min(bytes.len() as u64);
        let (piece, rest) = bytes.split_at(room as usize);
        stream.write(piece)?;
        bytes = rest;
    }
    stream.flush()?;
    ready(&stream).map(|_| ())
}

/// Waits until the stream takes bytes, and tells how many.
fn ready(stream: &OutputStream) -> Result<u64, StreamError> {
    loop {
        match stream.check_write()? {
            0 => stream.subscribe().block(),
            room => return Ok(room),
        }
    }
}

/// A request to an origin, as the host takes it. `None` where the host does not take it.
pub(crate) fn outgoing(request: &Request<()>) -> Option<OutgoingRequest> {
    let outgoing = OutgoingRequest::new(fields(request.headers()));
    let uri = request.uri();
    let scheme = match uri.scheme_str()? {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };
    outgoing.set_scheme(Some(&scheme)).ok()?;
    outgoing.set_authority(Some(uri.authority()?.as_str())).ok()?;
    outgoing.set_path_with_query(Some(uri.path_and_query()?.as_str())).ok()?;
    Some(outgoing)
}

/// The head of an origin's answer, and the answer itself, whose body is still to be read.
pub(crate) fn response(incoming: IncomingResponse) -> Option<Response<IncomingResponse>> {
    let status = StatusCode::from_u16(incoming.status()).ok()?;
    let headers = headers(&incoming.headers());
    let mut response = Response::new(incoming);
    (*response.status_mut(), *response.headers_mut()) = (status, headers);
    Some(response)
}

/// Lines that are not HTTP are nobody's: they are left out.
fn headers(fields: &Fields) -> HeaderMap {
    let line = |(name, value)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?));
    let mut headers = HeaderMap::new();
    for (name, value) in fields.entries().into_iter().filter_map(line) {
        headers.append(name, value);
    }
    headers
}

/// Lines that the host reserves for itself are left to it.
fn fields(headers: &HeaderMap) -> Fields {
    let fields = Fields::new();
    for (name, value) in headers {
        let _ = fields.append(name.as_str(), value.as_bytes());
    }
    fields
}
