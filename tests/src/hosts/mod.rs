//! The hosts that the suite runs on.

mod component;
mod http;
// A file by itself, which the command that builds for the hosts reads too.
mod names;
mod native;
mod npm;

pub use component::Component;
pub use http::{Http, problem};
pub use names::HOSTS;
pub use native::Native;
pub use npm::Npm;

use edgepix_core::Error;

use crate::case::Case;
use crate::runtimes::RUNTIMES;

/// Something that answers a case: the core by whatever way leads to it.
pub trait Host {
    /// Its name on the command line and in the report.
    fn name(&self) -> &'static str;

    /// What is to be known of the run beside the name: `under Wasmtime`. Empty where the name says it all.
    fn note(&self) -> String {
        String::new()
    }

    /// Answers a case on its source: the encoded file, or the error with all of its fields.
    ///
    /// # Errors
    ///
    /// What the host answers, a wrong request included.
    fn run(&mut self, source: &[u8], case: &Case) -> Result<Vec<u8>, Error>;
}

/// Starts a host.
///
/// # Errors
///
/// A sentence that says what is missing, and what to do about it.
pub fn start(name: &str) -> Result<Box<dyn Host>, String> {
    match (name, RUNTIMES.into_iter().find(|runtime| *runtime == name)) {
        ("native", _) => Ok(Box::new(Native)),
        ("component", _) => Ok(Box::new(Component::start()?)),
        ("node", _) => Ok(Box::new(Npm::node("node", false)?)),
        ("node-plain", _) => Ok(Box::new(Npm::node("node-plain", true)?)),
        ("browser", _) => Ok(Box::new(Npm::browser("browser", false)?)),
        ("browser-plain", _) => Ok(Box::new(Npm::browser("browser-plain", true)?)),
        (_, Some(runtime)) => Ok(Box::new(Http::start(runtime)?)),
        _ => Err(format!("there is no host `{name}`; the hosts are {}", HOSTS.join(", "))),
    }
}
