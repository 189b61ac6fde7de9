//! How much time is left, by the platform's clock.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use edgepix_core::{Error, Kind};

use crate::config::Config;
use crate::seams::platform::Platform;

/// What `work` gives, or nothing if `alarm` is first: for platforms that set no limit of their own to an origin's
/// silence. Work that is done by the time both are looked at is done in time, as the instance may have been busy.
pub async fn within<T>(work: impl Future<Output = T>, alarm: impl Future<Output = ()>) -> Option<T> {
    let (mut work, mut alarm) = (pin!(work), pin!(alarm));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    })
    .await
}

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

    /// The time left for the origin. Asked before each step, and after one that failed, as not every host says why.
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

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn work_that_is_done_is_in_time() {
        assert_eq!(within(ready(1), ready(())).await, Some(1));
        assert_eq!(within(ready(1), pending()).await, Some(1));
        assert_eq!(within(pending::<u8>(), ready(())).await, None);
    }
}
