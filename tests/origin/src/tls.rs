//! An origin whose TLS fails: nobody has signed its certificate but itself.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection};

/// Starts a TLS server on a free port of 127.0.0.1, which runs until the process ends. It has a certificate for the name
/// `localhost` and this address that is signed with its own key: a client that trusts it is wrong.
///
/// # Errors
///
/// No port is free, or there is no randomness for a key.
pub fn start_untrusted() -> io::Result<SocketAddr> {
    let names = vec!["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string()];
    let own = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
    let key = PrivatePkcs8KeyDer::from(own.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder.with_no_client_auth().with_single_cert(vec![own.cert.der().clone()], key.into())
        });
    let config = Arc::new(config.map_err(io::Error::other)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            thread::spawn(move || shake_hands(stream, config).ok());
        }
    });
    Ok(address)
}

/// Goes on until the client hangs up.
fn shake_hands(mut stream: TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
    let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
    loop {
        let done = connection.complete_io(&mut stream);
        // What an error says to the client is still to be sent.
        while connection.wants_write() {
            connection.write_tls(&mut stream)?;
        }
        let (read, _) = done?;
        if read == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn it_speaks_tls() {
        // A handshake message that there is not: the alert for it shows that TLS is spoken.
        let mut stream = TcpStream::connect(start_untrusted().unwrap()).unwrap();
        stream.write_all(b"\x16\x03\x01\x00\x04\x63\x00\x00\x00").unwrap();
        let mut answer = [0; 3];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(answer, *b"\x15\x03\x03");
    }
}
