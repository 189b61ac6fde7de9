//! The core, linked in.

use edgepix_core::Error;

use super::Host;
use crate::case::Case;

/// The core, linked in: what every other host is compared with.
pub struct Native;

impl Host for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn run(&mut self, source: &[u8], case: &Case) -> Result<Vec<u8>, Error> {
        let transform = case.transform()?;
        edgepix_core::transform(source, &transform, &case.limits).map(|output| output.bytes)
    }
}
