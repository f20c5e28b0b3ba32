use tallymark::counted;

#[counted(interface = "")]
fn deploy() {}

fn main() {
    deploy();
}
