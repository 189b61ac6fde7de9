//! Connections: accepted, bounded in number and time, and ended in order.

use std::convert::Infallible;
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
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::sleep;

use crate::app::App;

/// Connections at once. Further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;

/// How long a client may take for a request's head, and how long a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(30);

/// The longest head of a request.
const HEAD_BYTES: usize = 64 << 10;

/// How long the answers of the requests that are stopped may take to be sent.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// Answers connections until it is told to stop. Then it accepts no more, and lets running requests finish for the time
/// `drain`. When that is over, or when it is told to stop again, it answers them with a 503.
///
/// `stops` gives a name each time, for the log; its end is a stop, too. Returns whether all requests finished.
pub async fn serve(
    app: App,
    listener: TcpListener,
    drain: Duration,
    mut stops: mpsc::Receiver<&'static str>,
) -> bool {
    let app = &Arc::new(app);
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let connections = GracefulShutdown::new();
    let signal = loop {
        let (stream, permit) = tokio::select! {
            signal = stops.recv() => break signal.unwrap_or_default(),
            accepted = accept(&listener, &permits) => accepted,
        };
        let connection = connections.watch(connection(app, stream, permit));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    };
    drop(listener);
    let (requests, seconds) = (app.running(), drain.as_secs());
    tracing::info!(
        signal,
        requests,
        seconds,
        "stopping: no new connections; running requests have these seconds to finish"
    );

    let mut finished = pin!(connections.shutdown());
    tokio::select! {
        biased;
        () = &mut finished => {
            tracing::info!("stopped: all requests are answered");
            return true;
        }
        Some(signal) = stops.recv() => {
            tracing::warn!(signal, requests = app.running(), "told to stop again: running requests are answered with 503");
        }
        () = sleep(drain) => {
            let requests = app.running();
            tracing::warn!(requests, "EDGEPIX_DRAIN is over: running requests are answered with 503");
        }
    }
    app.stop();
    tokio::select! {
        biased;
        () = finished => tracing::info!("stopped: all requests are answered, some with 503"),
        Some(signal) = stops.recv() => tracing::warn!(signal, "stopped before all answers were sent"),
        () = sleep(LAST_ANSWERS) => tracing::warn!("stopped before all answers were sent"),
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
