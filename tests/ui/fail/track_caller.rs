use tallymark::{counted, observed};

#[counted(interface = "/deploy", outcome)]
#[track_caller]
fn deploy() -> u32 {
    std::panic::Location::caller().line()
}

#[observed(interface = "/rollback")]
#[inline]
#[track_caller]
fn rollback() {}

fn main() {
    deploy();
    rollback();
}
