//! Conversions between the core's types and those that a binding generator makes of `edgepix:pipeline`.
//!
//! A generator makes new types wherever it is invoked, so that no function of this crate could convert them all. Macros
//! can: each takes the path of the generated module and writes the conversions into the crate that invokes it.
//!
//! - [`caller!`] for a program that calls the interface, be it a host or a component that imports it: the core's options
//!   and limits become the interface's, the interface's answers and errors become the core's.
//! - [`component!`] for the component that exports the interface: the other direction.

mod caller;
mod component;
mod shared;

/// What the macros' expansions name.
#[doc(hidden)]
pub use edgepix_core as core;
use edgepix_core::{Error, Kind};

/// The error of a value that the core knows and this version of the interface does not.
#[doc(hidden)]
pub fn not_in_interface(parameter: &'static str, value: impl std::fmt::Display) -> Error {
    let mut error = Error::new(Kind::Unsupported, format!("The component knows no {parameter} {value}."));
    error.parameter = Some(parameter.into());
    error
}
