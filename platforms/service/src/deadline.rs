//! How much time is left, by the platform's clock.

use std::time::Duration;

use edgepix_core::{Error, Kind};

use crate::config::Config;
use crate::platform::Platform;

/// The two moments by which the origin must have answered and the pixels must be begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    fetched: Duration,
    begun: Duration,
}

impl Deadline {
    pub(crate) fn start(platform: &impl Platform, config: &Config) -> Self {
        let begun = platform.monotonic().saturating_add(config.timeout);
        Self { fetched: begun, begun }
    }

    /// Starts the origin's time, unless the cache has let us wait too long for another request's answer.
    pub(crate) fn fetch_starts(&mut self, platform: &impl Platform, config: &Config) -> Result<(), Error> {
        self.check(platform)?;
        self.fetched = platform.monotonic().saturating_add(config.fetch_timeout).min(self.begun);
        Ok(())
    }

    /// The time left for the origin. Asked before each step and after it, as not every host ends a step in time.
    pub(crate) fn fetch_left(&self, platform: &impl Platform) -> Result<Duration, Error> {
        left(self.fetched, platform).ok_or_else(origin_too_slow)
    }

    /// Refuses to begin anything too late.
    pub(crate) fn check(&self, platform: &impl Platform) -> Result<(), Error> {
        match left(self.begun, platform) {
            Some(_) => Ok(()),
            None => Err(Error::new(Kind::Timeout, "The request waited too long; try again.")),
        }
    }
}

pub(crate) fn origin_too_slow() -> Error {
    Error::new(Kind::OriginTimeout, "The origin took too long to give the source.")
}

fn left(end: Duration, platform: &impl Platform) -> Option<Duration> {
    end.checked_sub(platform.monotonic()).filter(|left| !left.is_zero())
}
