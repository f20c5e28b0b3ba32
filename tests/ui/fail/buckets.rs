use tallymark::{observed, timed};

#[timed(interface = "/falling", buckets = [0.1, 0.5, 0.2])]
fn falling() {}

#[observed(interface = "/equal", buckets = [1, 1.0])]
fn equal() {}

#[timed(interface = "/infinite", buckets = [1.0, 1e999])]
fn infinite() {}

#[timed(interface = "/empty", buckets = [])]
fn empty() {}

#[timed(interface = "/text", buckets = [0.1, "0.5", -"1", seconds])]
fn text() {}

#[timed(interface = "/no_list", buckets = 0.1)]
fn no_list() {}

#[timed(interface = "/parentheses", buckets(0.1))]
fn parentheses() {}

#[timed(interface = "/unit", buckets = [100ms, 0.5f64])]
fn unit() {}

fn main() {
    (falling(), equal(), infinite(), empty(), text(), no_list(), parentheses(), unit());
}
