//! An instance of the component, and calls of it.

use std::sync::Arc;

use edgepix_core::Error;
use wasmtime::Store;

use crate::bindings::ImagePipeline;
use crate::guest::Guest;
use crate::sandbox::Compiled;

/// One instance. Its memory is wiped when it is dropped.
pub(crate) struct Instance {
    compiled: Arc<Compiled>,
    store: Store<Guest>,
    exports: ImagePipeline,
}

impl Instance {
    pub(crate) fn new(compiled: &Arc<Compiled>) -> Result<Self, Error> {
        let _running = compiled.ticker.run();
        let mut store = Guest::store(&compiled.engine, &compiled.options);
        let exports = Guest::run(&mut store, |store| compiled.component.instantiate(store))?;
        Ok(Self { compiled: Arc::clone(compiled), store, exports })
    }

    /// Calls a function. After an error the instance gives no more answers.
    pub(crate) fn call<T>(
        &mut self,
        call: impl FnOnce(&ImagePipeline, &mut Store<Guest>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        let _running = self.compiled.ticker.run();
        Guest::run(&mut self.store, |store| call(&self.exports, store))
    }

    pub(crate) fn guest(&self) -> &Guest {
        self.store.data()
    }

    pub(crate) fn guest_mut(&mut self) -> &mut Guest {
        self.store.data_mut()
    }
}
