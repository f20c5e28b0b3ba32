use tallymark::counted;

#[counted(interface = "/deploy", name = "deploys_total", labels(env))]
fn nothing() {}

#[counted(interface = "/deploy", name = "deploys_total", labels(env = , zone = "eu"))]
fn no_value() {}

#[counted(interface = "/deploy", name = "deploys_total", labels(env = "a" zone = "eu"))]
fn no_comma() {}

#[counted(interface = "/deploy", name = "deploys_total", labels("prod"))]
fn no_name() {}

#[counted(interface = "/deploy", name = "deploys_total", labels = "prod")]
fn no_list() {}

fn main() {
    (nothing(), no_value(), no_comma(), no_name(), no_list());
}
