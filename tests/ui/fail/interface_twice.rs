use tallymark::counted;

#[counted(interface = "/deploy", interface = "/rollback")]
fn deploy() {}

fn main() {
    deploy();
}
