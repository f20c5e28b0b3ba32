use tallymark::counted;

#[counted(interface = "/deploy", name = "deploys.total")]
fn dotted() {}

#[counted(interface = "/deploy", name = "2deploys_total")]
fn digit() {}

#[counted(interface = "/deploy", name = "")]
fn empty() {}

#[counted(interface = "/deploy", name = "部署")]
fn not_ascii() {}

fn main() {
    (dotted(), digit(), empty(), not_ascii());
}

#[counted(interface = "/deploy", name = "tallymark_deploys_total")]
fn reserved() {}
