//! The hosts that the suite runs on.

mod component;
mod native;

pub use component::Component;
pub use native::Native;

use edgepix_core::Error;

use crate::case::Case;

/// Something that answers a case: the core by whatever way leads to it.
pub trait Host {
    /// Its name on the command line and in the report.
    fn name(&self) -> &'static str;

    /// Answers a case on its source: the encoded file, or the error with all of its fields.
    ///
    /// # Errors
    ///
    /// What the host answers, a wrong request included.
    fn run(&mut self, source: &[u8], case: &Case) -> Result<Vec<u8>, Error>;
}

/// The names of all hosts.
pub const HOSTS: [&str; 2] = ["native", "component"];

/// Starts a host.
///
/// # Errors
///
/// A sentence that says what is missing, and what to do about it.
pub fn start(name: &str) -> Result<Box<dyn Host>, String> {
    match name {
        "native" => Ok(Box::new(Native)),
        "component" => Ok(Box::new(Component::start()?)),
        _ => Err(format!("there is no host `{name}`; the hosts are {}", HOSTS.join(", "))),
    }
}
