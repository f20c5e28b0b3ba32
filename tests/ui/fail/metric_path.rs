use tallymark::{Counter, counted, metric};

#[metric]
static DEPLOYS: Counter = Counter::new("deploys_total", "Deployments.", []);

#[counted(metric = "deploys_total")]
fn deploy() {}

#[counted(metric = &DEPLOYS)]
fn rollback() {}

#[counted(metric =, labels(env = "prod"))]
fn check() {}

#[counted(metric)]
fn list() {}

#[counted(metric = DEPLOYS.with(["prod"]))]
fn job() {}

fn main() {
    (deploy(), rollback(), check(), list(), job());
}
