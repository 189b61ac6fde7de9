//! How far values are from exact ones.

use edgepix_jpeg::Scale;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Errors {
    pub(crate) largest: f64,
    pub(crate) count: usize,
    /// Of the errors without their signs.
    sum: f64,
    /// Of the errors with their signs.
    drift: f64,
}

impl Errors {
    pub(crate) fn add(&mut self, value: u8, exact: f64) {
        let error = f64::from(value) - exact;
        self.largest = self.largest.max(error.abs());
        self.sum += error.abs();
        self.drift += error;
        self.count += 1;
    }

    pub(crate) fn add_all(&mut self, values: impl ExactSizeIterator<Item = u8>, exact: &[f64]) {
        assert_eq!(values.len(), exact.len());
        values.zip(exact).for_each(|(value, &exact)| self.add(value, exact));
    }

    pub(crate) fn merge(&mut self, other: Errors) {
        self.largest = self.largest.max(other.largest);
        self.sum += other.sum;
        self.drift += other.drift;
        self.count += other.count;
    }

    /// Prints what a comparison found at a scale. Fails where errors are larger on average than they may be, or one
    /// way more often than the other.
    pub(crate) fn conclude(&self, what: &str, scale: Scale, mean_bound: f64, drift_bound: f64) {
        if self.count == 0 {
            return;
        }
        let (mean, drift) = (self.sum / self.count as f64, self.drift / self.count as f64);
        let (eighths, largest, count) = (scale.eighths(), self.largest, self.count);
        println!(
            "{what}, {eighths}/8: largest {largest:.3}, mean {mean:.3}, drift {drift:+.4}, {count} values"
        );
        assert!(mean < mean_bound, "{what} at {scale:?}: mean {mean}");
        assert!(drift.abs() < drift_bound, "{what} at {scale:?}: drift {drift}");
    }
}
