use std::time::Duration;

/// When an error budget is used up so fast that somebody is to know.
///
/// There is no alert where a budget is so large that it cannot be used up so fast: of an objective of 90 %,
/// not more than 10 times as fast.
///
/// An alert of it fires while the budget was used up `factor` times as fast as it may be, both over the
/// long window, so that it is worth somebody's time, and over the short one, so that it ends soon after
/// the cause does ("The Site Reliability Workbook", chapter 5, "Multiwindow, Multi-Burn-Rate Alerts").
#[derive(Clone, Debug, PartialEq)]
pub struct BurnRate {
    pub(super) long: Duration,
    pub(super) short: Duration,
    pub(super) factor: f64,
    pub(super) severity: String,
}

impl BurnRate {
    /// A burn rate, and the value that the label `severity` of its alerts has.
    #[must_use]
    pub fn new(long: Duration, short: Duration, factor: f64, severity: &str) -> Self {
        Self { long, short, factor, severity: severity.to_owned() }
    }

    /// The four of that book, for objectives of 30 days: 14.4 times over an hour and 6 times over six
    /// hours are for a `page`, 3 times over a day and once over three days for a `ticket`.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        const HOUR: u64 = 60;
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let rates = [
            (HOUR, 5, 14.4, "page"),
            (6 * HOUR, 30, 6.0, "page"),
            (24 * HOUR, 2 * HOUR, 3.0, "ticket"),
            (72 * HOUR, 6 * HOUR, 1.0, "ticket"),
        ];
        rates
            .map(|(long, short, factor, severity)| {
                Self::new(minutes(long), minutes(short), factor, severity)
            })
            .into()
    }
}
