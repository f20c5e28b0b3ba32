use tallymark::{counted, observed, timed};

#[observed(interface = "/deploy")]
#[counted(interface = "/deploy")]
fn deploy() {}

#[timed(interface = "/rollback")]
#[counted(interface = "/rollback")]
#[timed(interface = "/rollback")]
fn rollback() {}

#[counted(interface = "/check")]
#[counted(interface = "/check", outcome)]
#[observed(interface = "/check", name = "checks")]
fn apart() {}

fn main() {
    (deploy(), rollback(), apart());
}
