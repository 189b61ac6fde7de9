//! `edgepix health`: whether a server on this machine answers, for containers that hold no other program.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::args::Arguments;
use crate::listen;

/// How long a server may take for each step: its health takes no work.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the server that the arguments and variables describe for `/health`. The exit code is 0 where it is healthy, else 1.
pub fn check(arguments: &Arguments) -> ExitCode {
    let text = |name| arguments.lookup(name).filter(|text| !text.trim().is_empty());
    let address = match listen::address(text("EDGEPIX_LISTEN"), text("PORT")) {
        Ok(address) => listen::from_here(address),
        Err(error) => {
            eprintln!("edgepix: {}", arguments.explain(&error));
            return ExitCode::FAILURE;
        }
    };
    match ask(address) {
        Ok(answer) if answer.starts_with(b"HTTP/1.1 200 ") => {
            println!("healthy: {address}");
            ExitCode::SUCCESS
        }
        Ok(answer) => {
            let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
            eprintln!("edgepix: {address} answers, but not as healthy: {}", String::from_utf8_lossy(line));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("edgepix: no healthy server at {address} (EDGEPIX_LISTEN, --listen, PORT): {error}");
            ExitCode::FAILURE
        }
    }
}

/// The beginning of the answer.
fn ask(address: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    // Whatever listens there, this reads a bounded part of it.
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(answer)
}
