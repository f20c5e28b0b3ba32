use tallymark::{Counter, Histogram, counted, metric};

#[metric]
static DEPLOYS: Counter<2> = Counter::new("deploys_total", "Deployments.", ["env", "env"]);

#[metric]
static SECONDS: Histogram<3> =
    Histogram::new("seconds", "Durations.", ["le", "app-name", "__x"]).buckets(&[1.0]);

const ENV: &str = "env";
const LABELS: [&str; 1] = [ENV];

#[metric]
static JOBS: Counter<2> = Counter::new("jobs_total", "Jobs.", ["app", ENV]);

#[metric]
static LISTS: Counter<1> = Counter::new("lists_total", "Lists.", LABELS);

mod elsewhere {
    const OF: &str = "of";

    #[tallymark::metric]
    pub static CALLS: tallymark::Counter<1> = tallymark::Counter::new("calls_total", "Calls.", [OF]);
}

#[counted(metric = elsewhere::CALLS, labels(of = "x"))]
fn call() {}

#[counted(metric = DEPLOYS, labels(env = "prod"))]
fn deploy() {}

#[counted(metric = LISTS, labels(env = "prod"))]
fn list() {}

fn main() {
    (call(), deploy(), list());
    elsewhere::CALLS.with(["x"]).inc();
}
