//! What those who run the server ask for, at an address of its own: `/metrics`, `/ready` and `/health`. It is answered until the
//! process ends, while running requests finish too.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use edgepix_service::refused;
use http::{HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::app::App;
use crate::client::ClientStream;
use crate::metrics::CONTENT_TYPE;
use crate::outcome::Route;

/// Where metrics are.
pub(crate) const METRICS: &str = "/metrics";

/// Connections at once: one who collects, one who looks after it, and some to spare.
const CONNECTIONS: usize = 32;

/// The longest head of a request.
const HEAD_BYTES: usize = 16 << 10;

/// How long a client may take to ask, and to take 64 KiB of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers those who run the server, for as long as the runtime lives.
pub async fn serve_operations(app: Arc<App>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // It is never closed.
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = connection(Arc::clone(&app), stream);
                tokio::spawn(async move {
                    let _place = place;
                    connection.await;
                });
            }
            // Out of descriptors, most likely: trying again at once would fail again.
            Err(error) => {
                tracing::warn!(%error, "a connection to EDGEPIX_METRICS could not be accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(app: Arc<App>, stream: TcpStream) {
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(answer(app, request.map(drop)).await.map(Full::new)) }
    });
    let ended = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(ClientStream::new(stream, PATIENCE, None)), service)
        .await;
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to EDGEPIX_METRICS ended early");
    }
}

async fn answer(app: Arc<App>, request: Request<()>) -> Response<Bytes> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    match (request.uri().path(), Route::of(request.uri().path())) {
        (METRICS, _) if is_read => metrics(&app, request.method()),
        (METRICS, _) => {
            refused(&Error::new(Kind::MethodNotAllowed, "Only GET and HEAD are answered."), &request)
        }
        (_, Route::Health | Route::Ready) => app.serve(request).await,
        _ => refused(&Error::new(Kind::NotFound, "Here are /metrics, /ready and /health."), &request),
    }
}

fn metrics(app: &App, method: &Method) -> Response<Bytes> {
    let mut text = Bytes::from(app.metrics());
    let length = text.len();
    if method == Method::HEAD {
        text.clear();
    }
    let mut response = Response::new(text);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
