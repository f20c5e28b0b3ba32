use tallymark::counted;

trait Deploy {
    #[counted(interface = "/deploy")]
    fn deploy(&self) -> u8;
}

impl Deploy for () {
    fn deploy(&self) -> u8 {
        1
    }
}

fn main() {
    ().deploy();
}
