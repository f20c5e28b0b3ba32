use tallymark::counted;

#[counted(interface = "/deploy", name = "deploys_total", labels(
    le = "1",
    quantile = "0.5",
    instance = "a",
    job = "b",
    __name = "c",
    größe = "d",
))]
fn deploy() {}

fn main() {
    deploy();
}
