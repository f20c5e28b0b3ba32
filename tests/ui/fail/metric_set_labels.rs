use tallymark::{Counter, counted, metric};

#[metric]
static CALLS: Counter<2> = Counter::new("calls_total", "Calls.", ["interface", "outcome"]);

#[counted(metric = CALLS, labels(interface = "/deploy"), outcome)]
fn deploy() {}

#[counted(metric = CALLS, interface = "/rollback", labels(outcome = "good"))]
fn rollback() {}

#[counted(metric = CALLS, interface = " ", outcome)]
fn check() {}

fn main() {
    (deploy(), rollback(), check());
}
