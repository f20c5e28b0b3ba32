use tallymark::counted;

// The attribute is right; the mistake is the user's, and is shown where it is.
#[counted(interface = "/deploy")]
async fn deploy(version: &str) -> usize {
    let version = version.to_owned();
    version
}

#[counted(interface = "/rollback")]
fn rollback() -> String {}

fn main() {
    let _ = (deploy("1.4.2"), rollback());
}
