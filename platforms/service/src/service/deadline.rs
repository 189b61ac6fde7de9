//! How much time is left, by the platform's monotonic clock.

use std::time::Duration;

use edgepix_core::{Error, Kind};

use crate::config::Config;
use crate::seams::Clock;

/// The two moments by which the origin must have answered and decoding must have begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    fetched: Duration,
    begun: Duration,
}

impl Deadline {
    pub(crate) fn start(clock: &impl Clock, config: &Config) -> Self {
        let begun = clock.monotonic().saturating_add(config.timeout);
        Self { fetched: begun, begun }
    }

    /// Starts the origin's time, unless the cache has let us wait too long for another request's answer.
    pub(crate) fn fetch_starts(&mut self, clock: &impl Clock, config: &Config) -> Result<(), Error> {
        self.check(clock)?;
        self.fetched = clock.monotonic().saturating_add(config.fetch_timeout).min(self.begun);
        Ok(())
    }

    /// The time left for the origin. Asked before each step, and after one that failed, as not every host says why.
    pub(crate) fn fetch_left(&self, clock: &impl Clock) -> Result<Duration, Error> {
        left(self.fetched, clock).ok_or_else(origin_too_slow)
    }

    /// Refuses to begin anything too late.
    pub(crate) fn check(&self, clock: &impl Clock) -> Result<(), Error> {
        match left(self.begun, clock) {
            Some(_) => Ok(()),
            None => Err(Error::new(Kind::Timeout, "The request waited too long; try again.")),
        }
    }
}

pub(crate) fn origin_too_slow() -> Error {
    Error::new(Kind::OriginTimeout, "The origin took too long to give the source.")
}

fn left(end: Duration, clock: &impl Clock) -> Option<Duration> {
    end.checked_sub(clock.monotonic()).filter(|left| !left.is_zero())
}
