//! The thread that makes running calls check the clock.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use wasmtime::Engine;

use crate::Options;

/// Increments the engine's epoch while calls run, and sleeps while none does. Its thread ends when it is dropped.
pub(crate) struct Ticker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: usize,
    stopped: bool,
}

/// A running call, until this is dropped.
pub(crate) struct Running<'a>(&'a Shared);

impl Ticker {
    pub(crate) fn start(engine: Engine) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let of_thread = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("edgepix-sandbox".to_owned())
            .spawn(move || of_thread.tick(&engine))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Announces a call.
    pub(crate) fn run(&self) -> Running<'_> {
        let mut state = self.shared.state();
        state.running += 1;
        if state.running == 1 {
            self.shared.changed.notify_one();
        }
        Running(&self.shared)
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.shared.state().stopped = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.state().running -= 1;
    }
}

impl Shared {
    fn tick(&self, engine: &Engine) {
        let mut state = self.state();
        while !state.stopped {
            state = if state.running == 0 {
                self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
            } else {
                let waited = self.changed.wait_timeout(state, Options::TICK);
                waited.unwrap_or_else(PoisonError::into_inner).0
            };
            // An extra increment does no harm: a call then checks the clock.
            engine.increment_epoch();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
