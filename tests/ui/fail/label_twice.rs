use tallymark::counted;

#[counted(interface = "/deploy", name = "deploys_total", labels(env = "prod", env = "test"))]
fn twice() {}

#[counted(interface = "/deploy", name = "deploys_total", labels(interface = "/rollback"))]
fn interface() {}

#[counted(interface = "/deploy", name = "deploys_total", outcome, labels(outcome = "good"))]
fn outcome() {}

fn main() {
    (twice(), interface(), outcome());
}
