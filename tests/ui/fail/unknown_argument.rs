use tallymark::counted;

#[counted(interfaces = "/deploy")]
fn deploy() {}

fn main() {
    deploy();
}
