use tallymark::{counted, in_flight, observed, timed};

#[counted(interface = "/deploy", buckets = [0.1])]
fn deploy() {}

#[timed(interface = "/rollback", outcome)]
fn rollback() {}

#[in_flight(interface = "/check", buckets = [0.1], outcome)]
fn check() {}

#[observed(interface = "/list", outcome)]
fn list() {}

fn main() {
    (deploy(), rollback(), check(), list());
}
