//! Stands in for the crate `pxfm` from crates.io, which `moxcms`, the colour library, takes its elementary functions from.
//!
//! The workspace's `[patch.crates-io]` puts it there, for two reasons:
//!
//! - **The same results everywhere.** That crate multiplies and adds in one rounding where the machine can, as every
//!   AArch64 does and WebAssembly does not. `libm` computes alike on all of them, and is what the rest of the core uses.
//! - **Small modules.** Its tables, for results that are correct to the last bit, are a sixth of the packed WebAssembly
//!   core. Colours end in eight bits a channel.
//!
//! It has the functions that `moxcms` calls, under the names and signatures of the original, and no others. The
//! constant ones are called by its older release alone, which comes with the crate `image` for tests and benches.

mod constant;

pub use constant::{copysignk, exp, floor, pow};

/// The functions of `libm`, under their names here.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident($($argument:ident),+: $kind:ty) = $function:ident;)+) => {$(
        $(#[$doc])*
        #[inline]
        #[must_use]
        pub fn $name($($argument: $kind),+) -> $kind {
            libm::$function($($argument),+)
        }
    )+};
}

functions! {
    /// `x` to the power of `y`.
    f_pow(x, y: f64) = pow;
    /// `x` to the power of `y`.
    f_powf(x, y: f32) = powf;
    /// `x` to the power of `y`. The original is less exact here; this one is as exact as [`f_powf`].
    dirty_powf(x, y: f32) = powf;
    /// The cube root.
    f_cbrtf(x: f32) = cbrtf;

    /// e to the power of `x`.
    f_exp(x: f64) = exp;
    /// e to the power of `x`.
    f_expf(x: f32) = expf;
    /// 2 to the power of `x`.
    f_exp2(x: f64) = exp2;
    /// 2 to the power of `x`.
    f_exp2f(x: f32) = exp2f;
    /// 10 to the power of `x`.
    f_exp10(x: f64) = exp10;
    /// 10 to the power of `x`.
    f_exp10f(x: f32) = exp10f;

    /// The natural logarithm.
    f_log(x: f64) = log;
    /// The natural logarithm.
    f_logf(x: f32) = logf;
    /// The logarithm to base 2.
    f_log2(x: f64) = log2;
    /// The logarithm to base 2.
    f_log2f(x: f32) = log2f;
    /// The logarithm to base 10.
    f_log10(x: f64) = log10;
    /// The logarithm to base 10.
    f_log10f(x: f32) = log10f;

    /// The sine of an angle in radians.
    f_sinf(x: f32) = sinf;
    /// The angle of the point (`x`, `y`) in radians, between -π and π.
    f_atan2f(y, x: f32) = atan2f;
    /// The length of the vector (`x`, `y`).
    f_hypotf(x, y: f32) = hypotf;
}

/// The sine and the cosine of an angle in radians.
#[inline]
#[must_use]
pub fn f_sincosf(x: f32) -> (f32, f32) {
    libm::sincosf(x)
}

/// The length of the vector (`x`, `y`, `z`).
#[inline]
#[must_use]
pub fn f_hypot3f(x: f32, y: f32, z: f32) -> f32 {
    // The squares of what fits into 32 bits neither overflow nor vanish in 64.
    let [x, y, z] = [x, y, z].map(f64::from);
    libm::sqrt(x * x + y * y + z * z) as f32
}
