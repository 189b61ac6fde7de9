//! Connections: accepted, bounded in number and time, and ended in order.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::app::App;

/// Connections at once. Further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;

/// How long a client may take for a request's head, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// The longest head of a request.
const HEAD_BYTES: usize = 64 << 10;

/// How long running requests may take to finish once the server is to stop: less than the ten seconds after
/// which container runtimes kill the process.
const DRAIN: Duration = Duration::from_secs(8);

/// How long the answers of the jobs that are stopped then may take to be sent.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Answers connections until `stop` is ready; then accepts no more and lets running requests finish, within a bound.
/// Gives whether all of them finished.
pub async fn serve(app: App, listener: TcpListener, stop: impl Future<Output = ()>) -> bool {
    let app = &Arc::new(app);
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let connections = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, permit) = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        let connection = connections.watch(connection(app, stream, permit));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    tracing::info!("stopping: no new connections, running requests are finished");
    let mut finished = pin!(connections.shutdown());
    if timeout(DRAIN, &mut finished).await.is_ok() {
        return true;
    }
    tracing::warn!("stopping the jobs that still run");
    app.stop();
    if timeout(LAST_ANSWERS, finished).await.is_err() {
        tracing::warn!("stopped before all requests were answered");
    }
    false
}

/// Waits until there may be one more connection, and then for it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so that this waits until a permit is free.
    let permit = Arc::clone(permits).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are written whole; waiting for more only delays them.
                let _ = stream.set_nodelay(true);
                return (stream, permit);
            }
            // Out of descriptors, most likely: trying again at once would fail again.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// A connection, as a future that ends with it.
fn connection(
    app: &Arc<App>,
    stream: TcpStream,
    permit: Option<OwnedSemaphorePermit>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + 'static {
    let (app, permit) = (Arc::clone(app), Arc::new(permit));
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let (app, permit) = (Arc::clone(&app), Arc::clone(&permit));
        async move {
            // No request that is answered has a body that matters.
            let response = app.answer(request.map(drop)).await;
            drop(permit);
            Ok::<_, Infallible>(response.map(Full::new))
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
}
