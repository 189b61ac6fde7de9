//! Types of a few words, and the error of a text that is none of them.

use std::borrow::Cow;
use std::fmt;

/// A text that is none of a type's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    allowed: Cow<'static, str>,
}

impl InvalidValue {
    pub(crate) fn new(allowed: impl Into<Cow<'static, str>>) -> Self {
        Self { allowed: allowed.into() }
    }

    /// The values that the type has, in words.
    pub fn allowed(&self) -> &str {
        &self.allowed
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the value must be: {}", self.allowed)
    }
}

impl std::error::Error for InvalidValue {}

/// Gives a type of a few values its words: their list, reading and writing. A value without a word is written as nothing.
macro_rules! words {
    ($type:ty, $($word:literal => $value:expr),+ $(,)?) => {
        impl $type {
            pub(crate) const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl std::str::FromStr for $type {
            type Err = $crate::options::InvalidValue;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($value),)+
                    _ => Err($crate::options::InvalidValue::new(Self::WORDS.join(", "))),
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match *self {
                    $(value if value == $value => $word,)+
                    _ => "",
                })
            }
        }
    };
}

pub(super) use words;

#[cfg(test)]
mod tests {
    use crate::{Compass, Effort, Fit, Flip, KeepMetadata, Profile, Rotate};

    #[test]
    fn words_round_trip_and_others_are_refused_with_the_list() {
        fn check<T: std::str::FromStr<Err = super::InvalidValue> + ToString>(words: &[&str]) {
            for word in words {
                assert_eq!(word.parse().ok().map(|value: T| value.to_string()).as_deref(), Some(*word));
                let error = word.to_uppercase().replace('9', "8").replace("0", "1").parse::<T>().err();
                assert!(error.is_none_or(|error| words.iter().all(|word| error.allowed().contains(word))));
            }
            assert!("".parse::<T>().is_err());
        }
        check::<Fit>(Fit::WORDS);
        check::<Compass>(Compass::WORDS);
        check::<KeepMetadata>(KeepMetadata::WORDS);
        check::<Rotate>(Rotate::WORDS);
        check::<Flip>(Flip::WORDS);
        check::<Effort>(Effort::WORDS);
        check::<Profile>(Profile::WORDS);
    }
}
