use tallymark::{counted, in_flight, observed, timed};

#[counted(interfaces = "/deploy")]
fn deploy() {}

#[observed(interface = "/rollback", lables(env = "prod"))]
fn rollback() {}

#[timed(interface = "/check", colour = "red")]
fn check() {}

#[in_flight(interface = "/list", Interface = "/list")]
fn list() {}

fn main() {
    (deploy(), rollback(), check(), list());
}
