//! What the host knows of an instance: its bounds, and why a call ended without an answer.

use std::time::{Duration, Instant};

use edgepix_core::{Error, Kind};
use wasmtime::{
    Engine, PoolConcurrencyLimitError, ResourceLimiter, Store, StoreContextMut, Trap, UpdateDeadline,
};

use crate::Options;

/// Elements that a table may have. A component's functions are counted in hundreds.
pub(crate) const TABLE: usize = 16 << 10;

/// The bounds of an instance, and the state of the call that it runs.
pub(crate) struct Guest {
    memory: u64,
    fuel: Option<u64>,
    deadline: Duration,
    /// When the running call has to end; `None` where the clock does not reach so far.
    until: Option<Instant>,
    /// Returns true where the host wants the running call to end.
    stop: Box<dyn FnMut() -> bool + Send>,
    stopped: bool,
    /// The memory that the running call asked for and did not get.
    refused: Option<u64>,
    /// Instructions that were executed, over all calls.
    executed: u64,
}

impl Guest {
    /// A store for one instance.
    pub(crate) fn store(engine: &Engine, options: &Options) -> Store<Self> {
        let Options { memory, deadline, fuel, .. } = *options;
        let mut store = Store::new(
            engine,
            Self {
                memory,
                fuel,
                deadline,
                until: None,
                stop: Box::new(|| false),
                stopped: false,
                refused: None,
                executed: 0,
            },
        );
        store.limiter(|guest| guest);
        // The clock decides, not the number of ticks: a machine under load is late with those.
        store.epoch_deadline_callback(|mut store| Ok(Self::at_tick(&mut store)));
        // What an answer copies out of the instance, texts included, is no more than the instance could have.
        store.set_hostcall_fuel(usize::try_from(memory).unwrap_or(usize::MAX));
        store
    }

    /// Runs one call, whose time and fuel begin now.
    pub(crate) fn run<T>(
        store: &mut Store<Self>,
        call: impl FnOnce(&mut Store<Self>) -> wasmtime::Result<T>,
    ) -> Result<T, Error> {
        let guest = store.data_mut();
        (guest.until, guest.stopped, guest.refused) =
            (Instant::now().checked_add(guest.deadline), false, None);
        let fuel = guest.fuel;
        store.set_epoch_deadline(1);
        let answer = match fuel.map_or(Ok(()), |fuel| store.set_fuel(fuel)) {
            Ok(()) => call(store),
            Err(error) => Err(error),
        };
        let left = fuel.and_then(|_| store.get_fuel().ok());
        let guest = store.data_mut();
        guest.executed += fuel.zip(left).map_or(0, |(fuel, left)| fuel - left);
        answer.map_err(|fault| guest.error(&fault))
    }

    /// Calls `stop` at every tick of the calls that follow; they end where it returns true.
    pub(crate) fn stop_when(&mut self, stop: impl FnMut() -> bool + Send + 'static) {
        self.stop = Box::new(stop);
    }

    /// Instructions that all calls executed, where they are counted.
    pub(crate) fn executed(&self) -> Option<u64> {
        self.fuel.map(|_| self.executed)
    }

    /// Whether the running call may go on.
    fn at_tick(store: &mut StoreContextMut<'_, Self>) -> UpdateDeadline {
        let guest = store.data_mut();
        guest.stopped = (guest.stop)();
        let late = guest.until.is_some_and(|until| until <= Instant::now());
        if guest.stopped || late { UpdateDeadline::Interrupt } else { UpdateDeadline::Continue(1) }
    }

    /// The error that a call ends with where the component gave no answer.
    fn error(&self, fault: &wasmtime::Error) -> Error {
        let trap = fault.downcast_ref::<Trap>();
        match (trap, self.refused) {
            _ if fault.is::<PoolConcurrencyLimitError>() => {
                Error::new(Kind::Busy, "Too many images are being made at this moment; try again soon.")
            }
            (Some(Trap::Interrupt), _) if self.stopped => Error::new(Kind::Cancelled, "The job was stopped."),
            (Some(Trap::Interrupt), _) => {
                let message = format!("The job took longer than {} s.", self.deadline.as_secs_f64());
                Error::new(Kind::Timeout, message)
            }
            (Some(Trap::OutOfFuel), _) => {
                let limit = self.fuel.unwrap_or_default();
                let message =
                    format!("The job needs more than the {limit} instructions that are given to one.");
                let mut error = Error::new(Kind::TooLarge, message);
                error.parameter = Some("fuel".into());
                error.limit = Some(limit);
                error
            }
            // The component cannot go on without memory, and traps.
            (Some(_), Some(actual)) => {
                let limit = self.memory;
                let message = format!(
                    "The job needs {actual} bytes of memory or more; at most {limit} are given to one."
                );
                Error::too_large("memory", message, limit, actual)
            }
            (Some(trap), None) => Error::new(Kind::Internal, format!("The image component trapped: {trap}.")),
            (None, _) => Error::new(Kind::Internal, "The image component's answer cannot be read."),
        }
    }
}

impl ResourceLimiter for Guest {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let desired = desired as u64;
        if desired > self.memory {
            self.refused = Some(desired);
        }
        Ok(desired <= self.memory)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE)
    }
}
