use tallymark::counted;

#[counted(interface = "/deploy", crate = "tallymark")]
fn deploy() {}

#[counted(interface = "/rollback", crate)]
fn rollback() {}

fn main() {
    (deploy(), rollback());
}
