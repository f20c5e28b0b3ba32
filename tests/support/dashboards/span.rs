use std::time::Duration;

/// A time that a dashboard shows, and in which steps, as Grafana chooses them for a graph of so many
/// points.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Its end, in seconds since 1970.
    pub to: f64,
    /// How long it is.
    pub range: Duration,
    /// The data source's `timeInterval`, or the panel's own.
    pub scrape: Duration,
    /// How many points a graph has at most.
    pub points: u32,
}

/// The intervals that Grafana rounds to, in milliseconds, each with the first that is rounded to a
/// longer one: `roundInterval` of its package `@grafana/data`.
const ROUND: [(u128, u64); 30] = [
    (10, 1),
    (15, 10),
    (35, 20),
    (75, 50),
    (150, 100),
    (350, 200),
    (750, 500),
    (1_500, 1_000),
    (3_500, 2_000),
    (7_500, 5_000),
    (12_500, 10_000),
    (17_500, 15_000),
    (25_000, 20_000),
    (45_000, 30_000),
    (90_000, 60_000),
    (210_000, 120_000),
    (450_000, 300_000),
    (750_000, 600_000),
    (1_050_000, 900_000),
    (1_500_000, 1_200_000),
    (2_700_000, 1_800_000),
    (5_400_000, 3_600_000),
    (9_000_000, 7_200_000),
    (16_200_000, 10_800_000),
    (32_400_000, 21_600_000),
    (86_400_000, 43_200_000),
    (604_800_000, 86_400_000),
    (1_814_400_000, 604_800_000),
    (3_628_800_000, 2_592_000_000),
    (u128::MAX, 31_536_000_000),
];

impl Span {
    /// Its beginning, in seconds since 1970.
    #[must_use]
    pub fn from(&self) -> f64 {
        self.to - self.range.as_secs_f64()
    }

    /// `$__interval`, which is also the step.
    ///
    /// # Panics
    ///
    /// Never.
    #[must_use]
    pub fn interval(&self) -> Duration {
        let exact = (self.range / self.points).as_millis();
        let round = ROUND.iter().find(|(below, _)| exact < *below).expect("the last is above all");
        Duration::from_millis(round.1).max(self.scrape)
    }

    /// `$__rate_interval`.
    #[must_use]
    pub fn rate_interval(&self) -> Duration {
        (self.interval() + self.scrape).max(4 * self.scrape)
    }
}

#[test]
fn intervals_are_as_in_grafana() {
    let span = |range, scrape, points| Span {
        to: 0.0,
        range: Duration::from_secs(range),
        scrape: Duration::from_secs(scrape),
        points,
    };
    for (span, interval, rate_interval) in [
        (span(300, 1, 1000), 1, 4),
        (span(3_600, 1, 1000), 5, 6),
        (span(3_600, 30, 1000), 30, 120),
        (span(86_400, 30, 1000), 60, 120),
        (span(604_800, 30, 1000), 600, 630),
        (span(20, 1, 2), 10, 11),
    ] {
        assert_eq!(span.interval(), Duration::from_secs(interval), "{span:?}");
        assert_eq!(span.rate_interval(), Duration::from_secs(rate_interval), "{span:?}");
    }
}
