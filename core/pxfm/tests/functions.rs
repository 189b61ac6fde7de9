//! Each name is the function that it says, and `moxcms` converts colours with them.

use moxcms::{ColorProfile, Layout, ToneReprCurve, TransformOptions};
use pxfm::*;

#[test]
fn names_are_what_they_say() {
    let wide = [
        (f_pow(0.5, 2.4), 0.189_464_570_813_799_8),
        (f_exp(1.5), 4.481_689_070_338_065),
        (f_exp2(1.5), 2.828_427_124_746_190_3),
        (f_exp10(1.5), 31.622_776_601_683_793),
        (f_log(10.0), std::f64::consts::LN_10),
        (f_log2(10.0), std::f64::consts::LOG2_10),
        (f_log10(2.0), std::f64::consts::LOG10_2),
    ];
    for (at, (is, wanted)) in wide.into_iter().enumerate() {
        assert!((is / wanted - 1.0).abs() < 4.0 * f64::EPSILON, "{at}: {is} for {wanted}");
    }

    let (sine, cosine) = f_sincosf(0.5);
    let narrow = [
        (f_powf(0.5, 2.4), 0.189_464_57),
        (dirty_powf(0.5, 2.4), 0.189_464_57),
        (f_cbrtf(-27.0), -3.0),
        (f_expf(1.5), 4.481_689),
        (f_exp2f(1.5), 2.828_427),
        (f_exp10f(1.5), 31.622_776),
        (f_logf(10.0), std::f32::consts::LN_10),
        (f_log2f(10.0), std::f32::consts::LOG2_10),
        (f_log10f(2.0), std::f32::consts::LOG10_2),
        (f_sinf(0.5), 0.479_425_54),
        (sine, 0.479_425_54),
        (cosine, 0.877_582_55),
        (f_atan2f(1.0, -1.0), 2.356_194_5),
        (f_hypotf(3.0, -4.0), 5.0),
        (f_hypot3f(2.0, -3.0, 6.0), 7.0),
        (f_hypot3f(2e30, -3e30, 6e30), 7e30),
    ];
    for (at, (is, wanted)) in narrow.into_iter().enumerate() {
        assert!((is / wanted - 1.0).abs() < 4.0 * f32::EPSILON, "{at}: {is} for {wanted}");
    }
}

#[test]
fn curves_are_applied() {
    // The definition of sRGB's curve, by other functions than the library is given here.
    let wanted = |level: u8, gamma: f64| {
        let light = (f64::from(level) / 255.0).powf(gamma);
        let signal = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        signal * 255.0
    };
    let srgb = ColorProfile::new_srgb();
    for gamma in [1.0, 1.8, 2.2, 2.6] {
        let mut profile = srgb.clone();
        let curve = Some(ToneReprCurve::Parametric(vec![gamma]));
        (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve.clone(), curve.clone(), curve);
        profile.cicp = None;
        let options = TransformOptions {
            allow_use_cicp_transfer: false,
            prefer_fixed_point: true,
            ..TransformOptions::default()
        };
        let transform = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, options).unwrap();
        for level in 0..=255 {
            let mut colour = [0; 3];
            transform.transform(&[level; 3], &mut colour).unwrap();
            for channel in colour {
                let wanted = wanted(level, gamma.into());
                // Rounded, and looked up in tables before.
                assert!((f64::from(channel) - wanted).abs() < 1.5, "{level} to {channel}, not {wanted}");
            }
        }
    }
}
