use tallymark::{Counter, Gauge, metric};

#[metric]
static DEPLOYS: Counter = Counter::new("deploys.total", "Deployments.", []);

#[metric]
static JOBS: Gauge<1> = Gauge::new("tallymark_jobs", "  ", ["env"]).max_series(10);

fn main() {
    DEPLOYS.inc();
    JOBS.with(["prod"]).set(1.0);
}
