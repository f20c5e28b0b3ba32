use tallymark::{Counter, counted, metric};

#[metric]
static DEPLOYS: Counter<2> = Counter::new("deploys_total", "Deployments.", ["env", "app"]);

#[metric]
static CALLS: Counter<2> = Counter::new("calls_total", "Calls.", ["interface", "outcome"]);

#[counted(metric = DEPLOYS, labels(env = "prod"))]
fn deploy() {}

#[counted(metric = crate::DEPLOYS)]
fn rollback() {}

#[counted(metric = CALLS, outcome)]
fn check() {}

#[counted(metric = CALLS, interface = "/list")]
fn list() {}

fn main() {
    (deploy(), rollback(), check(), list());
}
