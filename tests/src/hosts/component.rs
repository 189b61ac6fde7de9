//! The component in its sandbox, through its typed interface.

use edgepix_core::Error;
use edgepix_sandbox::Sandbox;

use super::Host;
use crate::case::Case;
use crate::component;

/// `dist/image-processor.wasm`.
pub struct Component(Sandbox);

impl Component {
    /// Compiles what was built.
    ///
    /// # Errors
    ///
    /// A sentence that says what is missing, and what to do about it.
    pub fn start() -> Result<Self, String> {
        component::load(&component::built()).map(Self)
    }
}

impl Host for Component {
    fn name(&self) -> &'static str {
        "component"
    }

    fn run(&mut self, source: &[u8], case: &Case) -> Result<Vec<u8>, Error> {
        self.0.transform(source, &case.transform()?, &case.limits).map(|output| output.bytes)
    }
}
