use tallymark::counted;

#[counted(interface = "/deploy", name = "deploys_total", help = " ")]
fn deploy() {}

fn main() {
    deploy();
}
