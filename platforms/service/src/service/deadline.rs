//! How much time is left, by the platform's monotonic clock.

use std::time::Duration;

use edgepix_core::{Error, Kind};

use crate::config::Config;
use crate::seams::Clock;

/// The two moments by which the origin must have answered and the image must be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    fetched: Duration,
    made: Duration,
}

impl Deadline {
    pub(crate) fn start(clock: &impl Clock, config: &Config) -> Self {
        let made = clock.monotonic().saturating_add(config.timeout);
        Self { fetched: made, made }
    }

    /// Starts the origin's time, unless the cache has let us wait too long for another request's answer.
    pub(crate) fn fetch_starts(&mut self, clock: &impl Clock, config: &Config) -> Result<(), Error> {
        self.left(clock)?;
        self.fetched = clock.monotonic().saturating_add(config.fetch_timeout).min(self.made);
        Ok(())
    }

    /// The time left for the origin. Asked before each step, and after one that failed, as not every host gives a reason.
    pub(crate) fn fetch_left(&self, clock: &impl Clock) -> Result<Duration, Error> {
        until(self.fetched, clock).ok_or_else(origin_too_slow)
    }

    /// The time left for all that is still to be done.
    pub(crate) fn left(&self, clock: &impl Clock) -> Result<Duration, Error> {
        let too_late = || Error::new(Kind::Timeout, "The request waited too long; try again.");
        until(self.made, clock).ok_or_else(too_late)
    }
}

pub(crate) fn origin_too_slow() -> Error {
    Error::new(Kind::OriginTimeout, "The origin took too long to give the source.")
}

fn until(end: Duration, clock: &impl Clock) -> Option<Duration> {
    end.checked_sub(clock.monotonic()).filter(|left| !left.is_zero())
}
