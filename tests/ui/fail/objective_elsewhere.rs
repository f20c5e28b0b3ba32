use tallymark::{Counter, counted, in_flight, metric, timed};

#[counted(interface = "/deploy", objective(success = 99.9))]
fn deploy() {}

#[timed(interface = "/rollback", objective(latency_ms = 250))]
fn rollback() {}

#[in_flight(interface = "/check", objective = 99.9)]
fn check() {}

#[metric(objective(success = 99.9))]
static DEPLOYS: Counter = Counter::new("deploys_total", "Deployments.", []);

fn main() {
    (deploy(), rollback(), check());
    DEPLOYS.inc();
}
