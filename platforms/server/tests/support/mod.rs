//! A server, an origin and a client in one process, each on a port of its own.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod exposition;
pub(crate) mod process;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use edgepix_core::{Format, Limits, Transform};
use edgepix_origin::Origin;
use edgepix_server::{App, Settings, serve, serve_operations};
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A photo of 16 megapixels.
pub(crate) const LARGE: &[u8] = include_bytes!("../../samples/dandelion.jpg");

/// A photo of 64 × 43 pixels.
pub(crate) fn photo() -> Bytes {
    static PHOTO: OnceLock<Bytes> = OnceLock::new();
    let make = || {
        let source = include_bytes!("../../samples/fig.jpg");
        let options = Transform::builder().width(64).format(Format::Jpeg).build().unwrap();
        edgepix_core::transform(source, &options, &Limits::default()).unwrap().bytes.into()
    };
    PHOTO.get_or_init(make).clone()
}

/// An origin with a small photo, and a large one at `/large-`.
pub(crate) fn start_origin() -> Origin {
    let origin = Origin::start(photo().as_ref()).unwrap();
    origin.put("/large-", LARGE);
    origin
}

/// A running server. Dropped, it stops.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Where those who run it ask; nowhere without `EDGEPIX_METRICS`.
    pub(crate) operations: SocketAddr,
    stop: mpsc::Sender<&'static str>,
    task: JoinHandle<bool>,
}

impl Server {
    /// Starts a server with these variables set.
    pub(crate) async fn start(variables: &[(&str, &str)]) -> Self {
        let find =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::from_lookup(find).unwrap();
        let app = Arc::new(App::new(&settings).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut operations = SocketAddr::from(([127, 0, 0, 1], 0));
        if let Some(metrics) = settings.metrics {
            let listener = TcpListener::bind(metrics).await.unwrap();
            operations = listener.local_addr().unwrap();
            tokio::spawn(serve_operations(Arc::clone(&app), listener));
        }
        let (stop, stops) = mpsc::channel(1);
        let task = tokio::spawn(serve(app, listener, settings.clients, settings.drain, stops));
        Self { address, operations, stop, task }
    }

    /// A server whose origin is this one.
    pub(crate) async fn before(origin: &Origin) -> Self {
        Self::start(&[("EDGEPIX_ORIGIN", &origin.url("/")), ("EDGEPIX_FETCH_TIMEOUT", "1")]).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response<Bytes> {
        self.ask(Request::get(path)).await
    }

    /// Asks at the address for those who run it.
    pub(crate) async fn operations(&self, path: &str) -> Response<Bytes> {
        ask(self.operations, Request::get(path)).await
    }

    /// Sends a request whose URI is a path.
    pub(crate) async fn ask(&self, request: http::request::Builder) -> Response<Bytes> {
        ask(self.address, request).await
    }

    /// Tells it to stop. Gives whether all requests finished.
    pub(crate) fn stop(self) -> JoinHandle<bool> {
        drop(self.stop);
        self.task
    }
}

async fn ask(address: SocketAddr, request: http::request::Builder) -> Response<Bytes> {
    let mut request = request.body(Empty::<Bytes>::new()).unwrap();
    *request.uri_mut() = format!("http://{}{}", address, request.uri()).parse().unwrap();
    let response = Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap();
    let (head, body) = response.into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

/// A header's value, empty where there is none.
pub(crate) fn header<'a, B>(response: &'a Response<B>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// The kind of a problem: what stands behind `urn:edgepix:error:`.
pub(crate) fn problem(response: &Response<Bytes>) -> String {
    assert_eq!(header(response, "content-type"), "application/problem+json");
    let body: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["status"], response.status().as_u16());
    body["type"].as_str().unwrap().strip_prefix("urn:edgepix:error:").unwrap().to_owned()
}

/// Width and height of an answer's picture.
pub(crate) fn size(response: &Response<Bytes>) -> (u32, u32) {
    let metadata = edgepix_core::metadata(response.body()).unwrap();
    (metadata.width, metadata.height)
}

/// Waits until something is so, for a minute.
pub(crate) async fn until(what: impl Fn() -> bool) {
    for _ in 0..6000 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never was so");
}

/// An origin that says when it is asked, and answers when it is told to.
pub(crate) struct Gate {
    address: SocketAddr,
    asked: Receiver<()>,
    open: Sender<()>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let ((say, asked), (open, wait)) = (channel(), channel());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let read = stream.read(&mut [0; 4096]).unwrap();
            assert!(read > 0);
            say.send(()).unwrap();
            // Where the test ends without that, the answer is an interrupted one.
            if wait.recv().is_ok() {
                let photo = photo();
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", photo.len()).unwrap();
                stream.write_all(&photo).unwrap();
            }
        });
        Self { address, asked, open }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Waits until it is asked.
    pub(crate) fn asked(&self) {
        self.asked.recv().unwrap();
    }

    /// Lets it answer.
    pub(crate) fn open(&self) {
        self.open.send(()).unwrap();
    }
}
