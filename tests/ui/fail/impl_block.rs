use tallymark::counted;

struct Service;

#[counted(interface = "/deploy")]
impl Service {
    fn deploy(&self) {}
}

#[counted(interface = "/deploy")]
pub trait Deploy {
    fn deploy(&self);
}

fn main() {
    Service.deploy();
}
