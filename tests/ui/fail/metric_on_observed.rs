use tallymark::{Counter, metric, observed};

#[metric]
static DEPLOYS: Counter = Counter::new("deploys_total", "Deployments.", []);

#[observed(interface = "/deploy", metric = DEPLOYS)]
fn deploy() {}

fn main() {
    deploy();
}
