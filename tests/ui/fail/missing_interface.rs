use tallymark::counted;

#[counted]
async fn deploy() {}

struct Service;

impl Service {
    #[counted()]
    fn rollback(&self) {}
}

fn main() {
    drop(deploy());
    Service.rollback();
}
