use tallymark::counted;

#[counted(interface = "/deploy")]
pub const fn deploy() -> u8 {
    1
}

const DEPLOYED: u8 = deploy();

fn main() {
    let _ = DEPLOYED;
}
