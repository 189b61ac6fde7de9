//! The clients: threads that ask, one request after the other, each on a connection of its own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use edgepix_origin::Origin;
use fastrand::Rng;
use http::Request;

use super::contract::Contract;
use super::report::Phase;
use super::requests::{Act, Ask};
use super::{Plan, micros};
use crate::client;
use crate::runtimes::Runtime;

/// What is under test, and what all clients share.
pub struct Site {
    base: String,
    address: SocketAddr,
    origin: Origin,
    untrusted: String,
    contract: Contract,
    deadline: Duration,
    seed: u64,
    /// Clients so far: each has its own stream of choices.
    clients: AtomicU64,
}

/// So many clients at once.
pub struct Crowd<'a> {
    site: &'a Site,
    size: usize,
}

impl Site {
    /// A runtime that is running, with its origins.
    ///
    /// # Errors
    ///
    /// The runtime has no address.
    pub fn new(runtime: &Runtime, origin: Origin, untrusted: &str, plan: &Plan) -> Result<Self, String> {
        let base = runtime.url("");
        let address =
            base.trim_start_matches("http://").parse().map_err(|error| format!("{base}: {error}"))?;
        Ok(Self {
            base,
            address,
            origin,
            untrusted: untrusted.to_owned(),
            contract: Contract::default(),
            deadline: plan.deadline,
            seed: plan.seed,
            clients: AtomicU64::new(0),
        })
    }
}

impl<'a> Crowd<'a> {
    /// Clients of a site.
    pub fn new(site: &'a Site, size: usize) -> Self {
        Self { site, size }
    }

    /// Lets all clients do what is chosen until the time is over and each has its last answer.
    pub fn run(&self, name: &str, time: Duration, choose: fn(&mut Rng, &str) -> Act) -> Phase {
        eprintln!("  {name}: {} clients, {:.0} s", self.size, time.as_secs_f64());
        let end = Instant::now() + time;
        let mut whole = Phase::new(name, self.size);
        thread::scope(|scope| {
            let clients: Vec<_> = (0..self.size)
                .map(|_| {
                    let number = self.site.clients.fetch_add(1, Ordering::Relaxed);
                    let mut random = Rng::with_seed(self.site.seed.wrapping_add(number));
                    scope.spawn(move || {
                        let mut phase = Phase::new(name, 1);
                        while Instant::now() < end {
                            self.site.act(choose(&mut random, &self.site.untrusted), &mut phase);
                        }
                        phase
                    })
                })
                .collect();
            for client in clients {
                match client.join() {
                    Ok(phase) => whole.add(phase),
                    Err(_) => whole.wrong("a client panicked".to_owned()),
                }
            }
        });
        self.site.origin.forget();
        whole
    }
}

impl Site {
    fn act(&self, act: Act, phase: &mut Phase) {
        match act {
            Act::Ask(ask) => self.ask(&ask, phase),
            Act::HangUp(path, after) => {
                let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
                self.rude(head.as_bytes(), after, phase);
            }
            Act::Stall(head, after) => self.rude(&head, after, phase),
        }
    }

    fn ask(&self, ask: &Ask, phase: &mut Phase) {
        let mut request = Request::builder().method(ask.method).uri(format!("{}{}", self.base, ask.path));
        for (name, value) in &ask.headers {
            request = request.header(*name, *value);
        }
        let Ok(request) = request.body(()) else { return phase.wrong(format!("{} is no URL", ask.path)) };
        let began = Instant::now();
        match client::send_within(request, self.deadline) {
            Err(why) => phase.unanswered(why),
            Ok(answer) => {
                phase.answered(answer.status().as_u16(), micros(began));
                if let Err(why) = self.contract.judge(ask, &answer) {
                    phase.wrong(format!("{} {}: {why}", ask.method, ask.path));
                }
                if answer.status() == 503 {
                    // A client that is told to wait does so, but not for as long as it is told to.
                    sleep(Duration::from_millis(100));
                }
            }
        }
    }

    /// A client that does not behave: nothing is expected, but that others do not notice.
    fn rude(&self, bytes: &[u8], wait: Duration, phase: &mut Phase) {
        phase.hung_up += 1;
        let Ok(mut stream) = TcpStream::connect(self.address) else {
            return phase.unanswered("no connection".to_owned());
        };
        // What is far too long is answered before it was sent, and the connection closed.
        let _ = stream.set_write_timeout(Some(Duration::from_secs(1)));
        let _ = stream.set_read_timeout(Some(wait.max(Duration::from_millis(1))));
        let _ = stream.write_all(bytes);
        let _ = stream.read(&mut [0; 512]);
    }
}
