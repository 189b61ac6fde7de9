//! What the host knows of one call: its bounds, and what became of them.

use std::time::{Duration, Instant};

use edgepix_core::{Error, Kind};
use wasmtime::{Engine, PoolConcurrencyLimitError, ResourceLimiter, Store, Trap, UpdateDeadline};

use crate::Options;

/// Elements that a table may have. A component's functions are counted in hundreds.
pub(crate) const TABLE: usize = 16 << 10;

/// The bounds of one call.
pub(crate) struct Guest {
    memory: u64,
    fuel: Option<u64>,
    deadline: Duration,
    until: Instant,
    /// The memory that was asked for in vain.
    refused: Option<u64>,
}

impl Guest {
    /// A store for one call, whose time begins now.
    pub(crate) fn store(engine: &Engine, options: &Options) -> wasmtime::Result<Store<Self>> {
        let Options { memory, deadline, fuel, .. } = *options;
        let guest = Self { memory, fuel, deadline, until: Instant::now() + deadline, refused: None };
        let mut store = Store::new(engine, guest);
        store.limiter(|guest| guest);
        // The clock decides, not the number of ticks: a machine under load is late with those.
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|store| {
            Ok(match Instant::now() < store.data().until {
                true => UpdateDeadline::Continue(1),
                false => UpdateDeadline::Interrupt,
            })
        });
        if let Some(fuel) = fuel {
            store.set_fuel(fuel)?;
        }
        // What an answer copies out of the instance, texts included, is no more than the instance could have.
        store.set_hostcall_fuel(usize::try_from(memory).unwrap_or(usize::MAX));
        Ok(store)
    }

    /// The error that a call ends with where the component gave no answer.
    pub(crate) fn fault(&self, fault: &wasmtime::Error) -> Error {
        let trap = fault.downcast_ref::<Trap>();
        match (trap, self.refused) {
            _ if fault.is::<PoolConcurrencyLimitError>() => {
                Error::new(Kind::Busy, "Too many images are being made at this moment; try again soon.")
            }
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
