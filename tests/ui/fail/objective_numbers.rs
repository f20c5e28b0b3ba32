use tallymark::observed;

#[observed(interface = "/no_budget", objective(success = 100, latency_ms = 250, within = 100.0))]
fn no_budget() {}

#[observed(interface = "/above", objective(success = 100.1, latency_ms = 250, within = 1e999))]
fn above() {}

#[observed(interface = "/below", objective(success = 0, latency_ms = 0, within = -99))]
fn below() {}

#[observed(interface = "/infinite", objective(latency_ms = 1e999))]
fn infinite() {}

#[observed(interface = "/negative", objective(latency_ms = -250))]
fn negative() {}

#[observed(interface = "/of_nothing", objective(within = 99))]
fn of_nothing() {}

#[observed(interface = "/of_success", objective(success = 99.9, within = 99))]
fn of_success() {}

#[observed(interface = "", buckets = [2, 1], objective(success = 100, latency_ms = "250", within = 0))]
fn several() {}

fn main() {
    (no_budget(), above(), below(), infinite(), negative(), of_nothing(), of_success(), several());
}
