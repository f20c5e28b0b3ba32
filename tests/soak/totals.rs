const ORDERS: &str = "request_processing_counter{interface=\"/deploy\"} ";
/// How the series begin that an attacker makes.
pub(crate) const ATTACKS: &str = "attacked_total{";
/// How those of all requests begin.
pub(crate) const REQUESTS: &str = "http_requests_total{";

/// What an exposition says was counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) orders: u64,
    pub(crate) attacks: u64,
}

impl Totals {
    pub(crate) fn of(text: &str) -> Self {
        let sum = |prefix| values(text, prefix).map(count).sum();
        Self { orders: sum(ORDERS), attacks: sum(ATTACKS) }
    }

    /// These are later, and so none of them may be less.
    pub(crate) fn rise_to(&mut self, now: Self) {
        let fallen = now.orders < self.orders || now.attacks < self.attacks;
        assert!(!fallen, "{now:?} after {self:?}");
        *self = now;
    }
}

/// How many samples there are whose lines begin so.
pub(crate) fn series(text: &str, prefix: &str) -> usize {
    values(text, prefix).count()
}

fn values<'a>(text: &'a str, prefix: &str) -> impl Iterator<Item = &'a str> {
    let lines = text.lines().filter(move |line| line.starts_with(prefix));
    lines.map(|line| line.rsplit(' ').next().unwrap_or_default())
}

fn count(value: &str) -> u64 {
    value.parse().expect("a count")
}
