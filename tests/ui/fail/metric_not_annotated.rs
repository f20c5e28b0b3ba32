use tallymark::{Counter, counted};

static DEPLOYS: Counter = Counter::new("deploys_total", "Deployments.", []);

mod metrics {
    pub static JOBS: tallymark::Counter<1> = tallymark::Counter::new("jobs_total", "Jobs.", ["env"]);
}

#[counted(metric = DEPLOYS)]
fn deploy() {}

#[counted(metric = metrics::JOBS, labels(env = "prod"))]
fn rollback() {}

fn main() {
    (deploy(), rollback());
}
