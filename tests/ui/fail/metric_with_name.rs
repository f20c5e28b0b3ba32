use tallymark::{Counter, Histogram, counted, metric, timed};

#[metric]
static DEPLOYS: Counter = Counter::new("deploys_total", "Deployments.", []);

#[metric]
static SECONDS: Histogram = Histogram::new("deploy_seconds", "Durations.", []);

#[counted(metric = DEPLOYS, name = "rollbacks_total")]
fn deploy() {}

#[counted(help = "Rollbacks.", name = "rollbacks_total", metric = DEPLOYS)]
fn rollback() {}

#[timed(metric = SECONDS, buckets = [0.1, 1.0])]
fn check() {}

fn main() {
    (deploy(), rollback(), check());
}
