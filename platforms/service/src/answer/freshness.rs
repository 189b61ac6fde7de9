//! How long an answer of ours is fresh, and what may be done with it later (RFC 9111 §4.2, RFC 5861).

use serde::{Deserialize, Serialize};

/// Seconds for which what is shown in place of the right thing, or is made of a part of it, may be kept.
pub(crate) const SHORT: u64 = 60;

/// How long an answer may be used, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Freshness {
    /// `None`: it may not be kept at all. With 0 it is never used without asking again.
    pub(crate) lifetime: Option<u64>,
    /// Behind its lifetime, while it is revalidated.
    pub(crate) while_revalidate: u64,
    /// Behind its lifetime, where the origin fails.
    pub(crate) on_error: u64,
    /// Nobody behind us may change it.
    pub(crate) no_transform: bool,
}

/// What may be done with a stored answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is given.
    Fresh,
    /// It is given, and revalidated behind the answer.
    StaleWhileRevalidate,
    /// It is revalidated first, and given where that fails.
    StaleIfError,
    /// It is revalidated first.
    Stale,
}

impl Freshness {
    pub(crate) const NO_STORE: Self =
        Self { lifetime: None, while_revalidate: 0, on_error: 0, no_transform: false };

    /// Of what should soon be replaced.
    pub(crate) const fn short() -> Self {
        Self { lifetime: Some(SHORT), ..Self::NO_STORE }
    }

    /// What may be done with an answer that has been kept for `age` seconds.
    pub(crate) fn standing(&self, age: u64) -> Standing {
        let Some(lifetime) = self.lifetime else { return Standing::Stale };
        if age < lifetime {
            Standing::Fresh
        } else if age - lifetime < self.while_revalidate {
            Standing::StaleWhileRevalidate
        } else if age - lifetime < self.on_error {
            Standing::StaleIfError
        } else {
            Standing::Stale
        }
    }

    /// This, but with an end after so many seconds, staleness included.
    pub(crate) fn at_most(self, most: u64) -> Self {
        let Some(lifetime) = self.lifetime.map(|lifetime| lifetime.min(most)) else { return self };
        let left = most - lifetime;
        Self {
            lifetime: Some(lifetime),
            while_revalidate: self.while_revalidate.min(left),
            on_error: self.on_error.min(left),
            ..self
        }
    }

    /// The value of our `Cache-Control`.
    pub(crate) fn cache_control(self) -> String {
        let mut value = match self.lifetime {
            None => "no-store".to_owned(),
            Some(0) if self.while_revalidate.max(self.on_error) == 0 => {
                "public, max-age=0, must-revalidate".to_owned()
            }
            Some(seconds) => format!("public, max-age={seconds}"),
        };
        for (name, seconds) in
            [("stale-while-revalidate", self.while_revalidate), ("stale-if-error", self.on_error)]
        {
            if seconds > 0 {
                value.push_str(&format!(", {name}={seconds}"));
            }
        }
        if self.no_transform {
            value.push_str(", no-transform");
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_done_at_every_age() {
        use Standing::{Fresh, Stale, StaleIfError, StaleWhileRevalidate};
        let of = |lifetime, while_revalidate, on_error| Freshness {
            lifetime,
            while_revalidate,
            on_error,
            no_transform: false,
        };
        for (freshness, ages) in [
            (of(Some(60), 0, 0), &[(0, Fresh), (59, Fresh), (60, Stale), (u64::MAX, Stale)][..]),
            (
                of(Some(60), 10, 0),
                &[(59, Fresh), (60, StaleWhileRevalidate), (69, StaleWhileRevalidate), (70, Stale)],
            ),
            (of(Some(60), 0, 10), &[(59, Fresh), (60, StaleIfError), (69, StaleIfError), (70, Stale)]),
            (
                of(Some(60), 10, 20),
                &[(69, StaleWhileRevalidate), (70, StaleIfError), (79, StaleIfError), (80, Stale)],
            ),
            (of(Some(60), 20, 10), &[(79, StaleWhileRevalidate), (80, Stale)]),
            (of(Some(0), 0, 0), &[(0, Stale)]),
            (of(Some(0), 5, 0), &[(0, StaleWhileRevalidate), (5, Stale)]),
            (of(Some(u64::MAX), u64::MAX, u64::MAX), &[(0, Fresh), (u64::MAX, StaleWhileRevalidate)]),
            (of(None, 10, 10), &[(0, Stale)]),
        ] {
            for (age, standing) in ages {
                assert_eq!(freshness.standing(*age), *standing, "{freshness:?} at {age}");
            }
        }
    }

    #[test]
    fn an_end_caps_staleness_too() {
        let all = Freshness { lifetime: Some(60), while_revalidate: 30, on_error: 90, no_transform: true };
        for (most, expected) in
            [(1000, (60, 30, 90)), (100, (60, 30, 40)), (60, (60, 0, 0)), (10, (10, 0, 0))]
        {
            let capped = all.at_most(most);
            assert_eq!((capped.lifetime.unwrap(), capped.while_revalidate, capped.on_error), expected);
            assert!(capped.no_transform);
        }
        assert_eq!(Freshness::NO_STORE.at_most(5), Freshness::NO_STORE);
    }
}
