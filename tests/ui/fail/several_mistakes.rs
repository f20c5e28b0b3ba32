use tallymark::counted;

#[counted(colour = "red", interface = "", , verbose)]
const fn deploy() {}

fn main() {
    deploy();
}
