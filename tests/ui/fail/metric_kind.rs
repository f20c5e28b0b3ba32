use tallymark::{Counter, Gauge, Histogram, Summary, counted, in_flight, metric, timed};

#[metric]
static COUNTER: Counter<1> = Counter::new("deploys_total", "Deployments.", ["env"]);

#[metric]
static GAUGE: Gauge = Gauge::new("running", "Under way.", []);

#[metric]
static HISTOGRAM: Histogram = Histogram::new("seconds", "Durations.", []);

#[metric]
static SUMMARY: Summary = Summary::new("sizes", "Sizes.", []);

#[timed(metric = COUNTER, labels(env = "prod"))]
fn deploy() {}

#[counted(metric = HISTOGRAM)]
fn rollback() {}

#[counted(metric = SUMMARY)]
fn check() {}

#[in_flight(metric = crate::HISTOGRAM)]
fn list() {}

#[timed(metric = GAUGE)]
fn job() {}

fn main() {
    (deploy(), rollback(), check(), list(), job());
}
