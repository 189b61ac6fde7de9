//! The time of day, and time that has passed.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

/// Two clocks.
pub trait Clock {
    /// The time of day, for dates in headers. The default is the standard library's, which some hosts do not have.
    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    /// A clock that never goes back, from any start. It may stand still during computation (Workers).
    fn monotonic(&self) -> Duration;
}

/// What `work` gives, or nothing if `alarm` is first: for platforms that set no limit of their own to an origin's
/// silence. Work that is done when both are polled is done in time, as the instance may have been busy.
pub async fn within<T>(work: impl Future<Output = T>, alarm: impl Future<Output = ()>) -> Option<T> {
    let (mut work, mut alarm) = (pin!(work), pin!(alarm));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Whole seconds since 1970; 0 before.
pub(crate) fn unix(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
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
