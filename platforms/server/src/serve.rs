//! Connections: accepted, bounded in number and time, and ended in order.

use std::convert::Infallible;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::app::App;
use crate::client::ClientStream;
use crate::connections::{Connection, ConnectionLimits, Connections};

/// The longest head of a request.
const HEAD_BYTES: usize = 64 << 10;

/// How long the answers of the requests that are stopped may take to be sent.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// What clients may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientLimits {
    /// For a request's head; also how long a connection may be idle.
    pub head: Duration,
    /// For 64 KiB of an answer.
    pub answer: Duration,
    /// How many connections.
    pub connections: ConnectionLimits,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            connections: ConnectionLimits::default(),
        }
    }
}

/// Answers connections until it is told to stop. Then it accepts no more, and lets running requests finish for the time
/// `drain`. When that is over, or when it is told to stop again, it answers them with a 503.
///
/// `stops` gives a name each time, for the log; its end is a stop, too. Returns whether all requests finished.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    clients: ClientLimits,
    drain: Duration,
    mut stops: mpsc::Receiver<&'static str>,
) -> bool {
    let app = &app;
    let admissions = Connections::new(clients.connections);
    let connections = GracefulShutdown::new();
    let signal = loop {
        let (stream, place) = tokio::select! {
            signal = stops.recv() => break signal.unwrap_or_default(),
            accepted = accept(&listener, &admissions) => accepted,
        };
        let ended = place.ended();
        let connection = connections.watch(connection(app, stream, place, clients));
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended early");
                    }
                }
                () = ended => tracing::debug!("an idle connection made room for another"),
            }
        });
    };
    app.drain();
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

/// Waits for a connection, and until there is room for it.
async fn accept(listener: &TcpListener, admissions: &Arc<Connections>) -> (TcpStream, Connection) {
    loop {
        match listener.accept().await {
            Ok((stream, client)) => {
                // Answers are written whole; waiting for more only delays them.
                let _ = stream.set_nodelay(true);
                match admissions.admit(client.ip().to_canonical()).await {
                    Some(place) => return (stream, place),
                    None => tracing::debug!(%client, "refused: its address has too many connections"),
                }
            }
            // Gone before it was taken.
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
            // Out of descriptors, most likely: trying again at once would fail again.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                admissions.end_idlest();
                sleep(Duration::from_millis(5)).await;
            }
        }
    }
}

/// A connection, as a future that ends with it.
fn connection(
    app: &Arc<App>,
    stream: TcpStream,
    place: Connection,
    clients: ClientLimits,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send + 'static {
    let (app, place) = (Arc::clone(app), Arc::new(place));
    let stream = ClientStream::new(stream, clients.answer, Some(Arc::clone(&place)));
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let (app, busy) = (Arc::clone(&app), Busy::new(&place));
        async move {
            // No request that is answered has a body that matters.
            let response = app.answer(request.map(drop)).await;
            Ok::<_, Infallible>(response.map(|body| Answer { body: Full::new(body), _busy: busy }))
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(clients.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
}

/// A connection that has a request, until its answer is made.
#[derive(Debug)]
struct Busy(Arc<Connection>);

impl Busy {
    fn new(place: &Arc<Connection>) -> Self {
        place.begin();
        Self(Arc::clone(place))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.answered();
    }
}

/// An answer's body, whose connection is at work until all of it is handed over.
struct Answer {
    body: Full<Bytes>,
    _busy: Busy,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
