use tallymark::counted;

/// Documented.
#[counted(interface = "/deploy")]
#[derive(Default)]
pub struct Deploy {
    version: String,
}

#[counted(interface = "/deploy")]
const DEPLOY: &str = "deploy";

#[counted(interface = "/deploy")]
mod deploys {
    pub fn deploy() {}
}

fn main() {
    let _: String = Deploy::default().version;
    let _ = DEPLOY;
    deploys::deploy();
}
