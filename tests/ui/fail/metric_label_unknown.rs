use tallymark::{Counter, counted, metric};

#[metric]
static DEPLOYS: Counter<1> = Counter::new("deploys_total", "Deployments.", ["env"]);

#[metric]
static JOBS: Counter = Counter::new("jobs_total", "Jobs.", []);

#[counted(metric = DEPLOYS, labels(env = "prod", zone = "eu"))]
fn deploy() {}

#[counted(metric = DEPLOYS, labels(evn = "prod"))]
fn rollback() {}

#[counted(metric = DEPLOYS, labels(env = "prod"), interface = "/check")]
fn check() {}

#[counted(metric = JOBS, outcome)]
fn job() {}

#[counted(metric = JOBS, labels(r#type = 1))]
fn list<T>(_: T) {}

fn main() {
    (deploy(), rollback(), check(), job(), list(1));
}
