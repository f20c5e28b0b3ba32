use tallymark::{counted, observed};

#[counted(interface = "/deploy", labels(env = "prod"))]
fn deploy() {}

#[observed(interface = "/rollback", help = "Rollbacks.")]
fn rollback() {}

fn main() {
    (deploy(), rollback());
}
