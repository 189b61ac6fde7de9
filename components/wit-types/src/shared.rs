//! What both directions need.

/// Conversions between enums of the same cases: `A, B { X = Y, … }` makes an `A` of a `B`, `A::X` of `B::Y`.
#[doc(hidden)]
#[macro_export]
macro_rules! same_cases {
    ($($into:ty, $from:ty { $($to:ident = $of:ident),+ $(,)? })+) => {
        $(impl From<$from> for $into {
            fn from(value: $from) -> Self {
                match value {
                    $(<$from>::$of => <$into>::$to,)+
                }
            }
        })+
    };
}

/// The formats, either way.
#[doc(hidden)]
#[macro_export]
macro_rules! formats {
    ($bindings:path) => {
        const _: () = {
            use $bindings as wit;
            use $crate::core::{Error, Format};

            $crate::same_cases! {
                Format, wit::Format { Jpeg = Jpeg, Png = Png, Webp = Webp, Avif = Avif, Jxl = Jxl, Gif = Gif }
            }

            impl TryFrom<Format> for wit::Format {
                type Error = Error;

                fn try_from(format: Format) -> Result<Self, Error> {
                    Ok(match format {
                        Format::Jpeg => Self::Jpeg,
                        Format::Png => Self::Png,
                        Format::Webp => Self::Webp,
                        Format::Avif => Self::Avif,
                        Format::Jxl => Self::Jxl,
                        Format::Gif => Self::Gif,
                        other => return Err($crate::not_in_interface("format", other)),
                    })
                }
            }
        };
    };
}

/// The kinds of errors, all of them, once for both directions. Where it is invoked, `wit` is the generated module.
#[doc(hidden)]
#[macro_export]
macro_rules! kinds {
    ($direction:ident) => {
        $crate::kinds! { @$direction
            InvalidParameter, Unsupported, NotFound, MethodNotAllowed, UnsupportedSource, DamagedSource, TooLarge,
            SourceRefused, SignatureRefused, SourceNotFound, OriginFailed, OriginTimeout, Loop, Busy, Timeout, Cancelled, Configuration, Internal,
        }
    };
    (@from_wit $($kind:ident,)+) => {
        impl From<wit::Error> for $crate::core::Error {
            fn from(error: wit::Error) -> Self {
                use $crate::core::Kind;
                let (kind, details) = match error {
                    $(wit::Error::$kind(details) => (Kind::$kind, details),)+
                };
                let wit::Details { message, parameter, allowed, limit, actual } = details;
                let mut error = Self::new(kind, message);
                error.parameter = parameter.map(Into::into);
                error.allowed = allowed.map(Into::into);
                error.limit = limit;
                error.actual = actual;
                error
            }
        }
    };
    (@to_wit $($kind:ident,)+) => {
        impl From<$crate::core::Error> for wit::Error {
            fn from(error: $crate::core::Error) -> Self {
                use $crate::core::Kind;
                let details = wit::Details {
                    message: error.message.into_owned(),
                    parameter: error.parameter.map(Into::into),
                    allowed: error.allowed.map(Into::into),
                    limit: error.limit,
                    actual: error.actual,
                };
                match error.kind {
                    $(Kind::$kind => Self::$kind(details),)+
                    // A kind of a newer core.
                    _ => Self::Internal(details),
                }
            }
        }
    };
}
