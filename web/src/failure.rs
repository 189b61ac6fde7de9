//! An error on its way to JavaScript, where it becomes an `EdgepixError`.

use edgepix_core::Error;
use wasm_bindgen::prelude::wasm_bindgen;

/// An error of the core, or of the options.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Failure(pub(crate) Error);

#[wasm_bindgen]
impl Failure {
    /// The kind's slug.
    #[wasm_bindgen(getter)]
    pub fn code(&self) -> String {
        self.0.kind.slug().to_owned()
    }

    /// A sentence for a person.
    #[wasm_bindgen(getter)]
    pub fn message(&self) -> String {
        self.0.message.clone().into_owned()
    }

    /// The option or limit concerned.
    #[wasm_bindgen(getter)]
    pub fn parameter(&self) -> Option<String> {
        self.0.parameter.clone().map(Into::into)
    }

    /// The values that the option may have.
    #[wasm_bindgen(getter)]
    pub fn allowed(&self) -> Option<String> {
        self.0.allowed.clone().map(Into::into)
    }

    /// The limit that was passed.
    #[wasm_bindgen(getter)]
    pub fn limit(&self) -> Option<f64> {
        self.0.limit.map(|limit| limit as f64)
    }

    /// What the job would need.
    #[wasm_bindgen(getter)]
    pub fn actual(&self) -> Option<f64> {
        self.0.actual.map(|actual| actual as f64)
    }
}
