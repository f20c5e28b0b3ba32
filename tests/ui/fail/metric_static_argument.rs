use tallymark::{Counter, metric};

#[metric(name = "deploys_total", labels("env"), buckets = [1.0])]
static DEPLOYS: Counter = Counter::new("deploys_total", "Deployments.", []);

#[metric("rollbacks_total", colour = "red", crates = tallymark, crate)]
static ROLLBACKS: Counter = Counter::new("rollbacks_total", "Rollbacks.", []);

fn main() {
    DEPLOYS.inc();
    ROLLBACKS.inc();
}
