use tallymark::{Counter, metric};

#[metric]
const DEPLOYS: Counter = Counter::new("deploys_total", "Deployments.", []);

#[metric]
pub fn rollbacks() {}

#[metric]
const fn checks() {}

#[metric]
struct Jobs;

struct Service;

impl Service {
    #[metric]
    const CALLS: Counter = Counter::new("calls_total", "Calls.", []);
}

#[metric]
static mut LISTS: Counter = Counter::new("lists_total", "Lists.", []);

fn main() {
    (DEPLOYS, rollbacks(), checks(), Jobs, Service::CALLS);
}
