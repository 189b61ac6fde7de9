//! An origin for tests: it serves files, counts what it is asked, and does all that origins should not.
//!
//! A path is answered by a file that was [put](Origin::put) there, by a file of a [folder](Origin::serve), or with a fault
//! that is played on the photo that the origin was started with. It speaks just enough HTTP/1.1 for that, one request a
//! connection.

mod faults;
#[cfg(feature = "tls")]
mod tls;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

#[cfg(feature = "tls")]
pub use tls::start_untrusted;

/// A running origin. It runs until the process ends.
#[derive(Clone, Debug)]
pub struct Origin {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// A request, and how far its answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The request's head, with its empty line.
    pub head: String,
    /// Whether the answer was written to its end; a client that hangs up before prevents that where the answer is
    /// longer than what the system's buffers take.
    pub complete: bool,
}

#[derive(Debug, Default)]
struct State {
    photo: Arc<[u8]>,
    files: BTreeMap<String, Arc<[u8]>>,
    folder: Option<PathBuf>,
    fails: bool,
    exchanges: Vec<Exchange>,
}

impl Origin {
    /// Starts an origin on a free port of 127.0.0.1. `photo` is the JPEG that its faults are played on.
    ///
    /// # Errors
    ///
    /// No port is free.
    pub fn start(photo: impl Into<Arc<[u8]>>) -> io::Result<Self> {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), photo)
    }

    /// Starts an origin at an address.
    ///
    /// # Errors
    ///
    /// The address is taken.
    pub fn start_at(address: SocketAddr, photo: impl Into<Arc<[u8]>>) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let state = State { photo: photo.into(), ..State::default() };
        let origin = Self { address: listener.local_addr()?, state: Arc::new(Mutex::new(state)) };
        let this = origin.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let this = this.clone();
                // Clients that hang up are what is being tested.
                thread::spawn(move || this.answer(stream).ok());
            }
        });
        Ok(origin)
    }

    /// Puts a file at a path. Digits at a path's end are not looked at if nothing is there: `/large-7` is `/large-`.
    pub fn put(&self, path: &str, file: impl Into<Arc<[u8]>>) {
        self.state().files.insert(path.to_owned(), file.into());
    }

    /// Serves the files of a folder.
    pub fn serve(&self, folder: &Path) {
        self.state().folder = Some(folder.to_owned());
    }

    /// Whether every request from now on is hung up on.
    pub fn fail(&self, fails: bool) {
        self.state().fails = fails;
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        self.exchanges(path).len()
    }

    /// The requests of a path.
    pub fn exchanges(&self, path: &str) -> Vec<Exchange> {
        let line = format!("GET {path} HTTP/1.1\r\n");
        self.state().exchanges.iter().filter(|exchange| exchange.head.starts_with(&line)).cloned().collect()
    }

    /// The last request's head; empty before there was any.
    pub fn last(&self) -> String {
        self.state().exchanges.last().map(|exchange| exchange.head.clone()).unwrap_or_default()
    }

    /// Forgets the requests so far, which would fill the memory of a test that makes very many.
    pub fn forget(&self) {
        self.state().exchanges.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let number = {
            let mut state = self.state();
            state.exchanges.push(Exchange { head: head.clone(), complete: false });
            if state.fails {
                return Ok(());
            }
            state.exchanges.len() - 1
        };
        match self.file(&path) {
            Some(file) => faults::ok(&mut stream, "", &file)?,
            None => {
                let photo = Arc::clone(&self.state().photo);
                faults::act(&path, &head, &photo, &mut stream)?;
            }
        }
        stream.flush()?;
        // It may have been forgotten meanwhile.
        if let Some(exchange) = self.state().exchanges.get_mut(number) {
            exchange.complete = true;
        }
        Ok(())
    }

    fn file(&self, path: &str) -> Option<Arc<[u8]>> {
        let state = self.state();
        let unnumbered = path.trim_end_matches(|c: char| c.is_ascii_digit());
        if let Some(file) = state.files.get(path).or_else(|| state.files.get(unnumbered)) {
            return Some(Arc::clone(file));
        }
        let folder = state.folder.as_ref()?;
        let inside = !path.split('/').any(|segment| segment.starts_with('.'));
        let file = inside.then(|| std::fs::read(folder.join(path.trim_start_matches('/'))))?;
        file.ok().map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(origin: &Origin, path: &str) -> String {
        let mut stream = TcpStream::connect(origin.address()).unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn files_come_before_faults_and_are_counted() {
        let origin = Origin::start(*b"photo").unwrap();
        origin.put("/large-", *b"large");
        origin.serve(Path::new(env!("CARGO_MANIFEST_DIR")));
        assert!(get(&origin, "/large-7").ends_with("Content-Length: 5\r\nConnection: close\r\n\r\nlarge"));
        assert!(get(&origin, "/Cargo.toml").contains("edgepix-origin"));
        assert!(get(&origin, "/../Cargo.toml").starts_with("HTTP/1.1 404 "));
        assert!(get(&origin, "/short.jpg").contains("Content-Length: 6\r\n"));
        assert_eq!((origin.count("/large-7"), origin.count("/large-")), (1, 0));
        assert!(origin.exchanges("/large-7")[0].complete);
        origin.fail(true);
        assert_eq!((get(&origin, "/large-7").as_str(), origin.count("/large-7")), ("", 2));
    }
}
