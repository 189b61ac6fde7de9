//! Requests to origins, and their answers, in the types of `wasi:http`.
//!
//! Not by the SDK's own conversion, which sends every request with a body of unknown length, `GET` too.

use bytes::Bytes;
use edgepix_service::{BodyBuffer, Failure, wasi_fetch_error};
use http::{HeaderMap, Request};
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{ErrorCode, Fields, Request as Outgoing, Response, Scheme};
use spin_sdk::wasip3::wit_bindgen::StreamResult;
use spin_sdk::wasip3::wit_future;

/// The most that is read of a body at once.
const PIECE: usize = 64 << 10;

/// Sends a request as it is and gives the head of the answer. Spin follows no redirects.
pub(crate) async fn send(request: Request<()>) -> Result<http::Response<Response>, ErrorCode> {
    let (head, ()) = request.into_parts();
    let invalid = |()| ErrorCode::HttpRequestUriInvalid;
    let headers = Fields::try_from(head.headers).map_err(|_| ErrorCode::HttpProtocolError)?;
    let (_, no_trailers) = wit_future::new(|| Ok(None));
    let (outgoing, _sent) = Outgoing::new(headers, None, no_trailers, None);
    outgoing.set_method(&head.method.into()).map_err(invalid)?;
    outgoing.set_scheme(head.uri.scheme().map(Scheme::from).as_ref()).map_err(invalid)?;
    outgoing.set_authority(head.uri.authority().map(|authority| authority.as_str())).map_err(invalid)?;
    outgoing.set_path_with_query(head.uri.path_and_query().map(|path| path.as_str())).map_err(invalid)?;

    let incoming = client::send(outgoing).await?;
    let status = incoming.get_status_code();
    let headers = HeaderMap::try_from(incoming.get_headers())?;
    let mut response = http::Response::new(incoming);
    *response.status_mut() = status.try_into().map_err(|_| ErrorCode::HttpProtocolError)?;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Reads a body to its end, and drops it where it is longer than the cap.
pub(crate) async fn read(body: Response, mut buffer: BodyBuffer) -> Result<Bytes, Failure> {
    // Lives as long as the stream: dropped, it tells the host that we are done.
    let (_done, done) = wit_future::new(|| Ok(()));
    let (mut stream, end) = Response::consume_body(body, done);
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        let result;
        (result, piece) = stream.read(piece).await;
        buffer.push(&piece)?;
        piece.clear();
        if result == StreamResult::Dropped {
            break;
        }
    }
    end.await.map_err(failure)?;
    Ok(buffer.finish()?)
}

/// What a host's error means to the service.
pub(crate) fn failure(code: ErrorCode) -> Failure {
    Failure::new(wasi_fetch_error!(&code, ErrorCode), format_args!("{code:?}"))
}
