use tallymark::{counted, timed};

#[counted(interface = "/deploy", interface = "/rollback")]
fn deploy() {}

#[timed(interface = "/check", buckets = [0.1], name = "a_seconds", buckets = [0.2])]
fn check() {}

fn main() {
    (deploy(), check());
}
