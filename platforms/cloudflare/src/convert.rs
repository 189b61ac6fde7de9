//! Between the `http` crate's types and those of the web.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use worker::js_sys::Uint8Array;
use worker::{Error, Headers, ResponseBuilder, Result, web_sys};

/// A request without its body. Not by the SDK's own conversion: for that a header beyond ASCII is an error, and an
/// unknown method is `GET`.
pub(crate) fn request(request: &web_sys::Request) -> Result<Request<()>> {
    let mut converted = Request::new(());
    *converted.method_mut() = Method::from_bytes(request.method().as_bytes()).map_err(text)?;
    *converted.uri_mut() = request.url().parse().map_err(text)?;
    *converted.headers_mut() = headers(request.headers());
    Ok(converted)
}

/// The head of an answer to a `fetch`.
pub(crate) fn head(response: &web_sys::Response) -> Result<Response<()>> {
    let mut converted = Response::new(());
    *converted.status_mut() = StatusCode::from_u16(response.status()).map_err(text)?;
    *converted.headers_mut() = headers(response.headers());
    Ok(converted)
}

/// An answer. Its body is copied once, from the module's memory into JavaScript's, and the module's copy ends here.
pub(crate) fn response(response: Response<Bytes>) -> Result<web_sys::Response> {
    let (head, body) = response.into_parts();
    let headers = Headers::from(head.headers);
    let init = ResponseBuilder::new().with_status(head.status.as_u16()).with_headers(headers).into();
    // An empty body is none at all: the runtime refuses any other for a 304, and gives it a length for a `HEAD`.
    let array = (!body.is_empty()).then(|| Uint8Array::from(&body[..]));
    let object = array.as_ref().map(AsRef::as_ref);
    Ok(web_sys::Response::new_with_opt_buffer_source_and_init(object, &init)?)
}

fn headers(source: web_sys::Headers) -> HeaderMap {
    let pairs = Headers(source);
    let known = pairs.entries().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_bytes(value.as_bytes()).ok()?))
    });
    known.collect()
}

fn text(error: impl ToString) -> Error {
    Error::RustError(error.to_string())
}
