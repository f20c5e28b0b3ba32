use tallymark::observed;

#[observed(interface = "/empty", objective())]
fn empty() {}

#[observed(interface = "/bare", objective)]
fn bare() {}

#[observed(interface = "/value", objective = 99.9)]
fn value() {}

#[observed(interface = "/brackets", objective[success = 99.9])]
fn brackets() {}

#[observed(interface = "/unknown", objective(sucess = 99.9, latency = 250, colour = 1))]
fn unknown() {}

#[observed(interface = "/twice", objective(success = 99, success = 99.9, latency_ms = 1, latency_ms = 1))]
fn twice() {}

#[observed(interface = "/thrice", objective(success = 99), objective(success = 99))]
fn thrice() {}

#[observed(interface = "/literals", objective(success = "99.9", latency_ms = LATENCY, within = 99%))]
fn literals() {}

#[observed(interface = "/units", objective(success = 99.9 percent, latency_ms = 250ms))]
fn units() {}

#[observed(interface = "/missing", objective(success, latency_ms =, within = , 99.9))]
fn missing() {}

#[observed(interface = "/commas", objective(, success = 99.9 latency_ms = 250))]
fn commas() {}

fn main() {
    (empty(), bare(), value(), brackets(), unknown(), twice(), thrice());
    (literals(), units(), missing(), commas());
}
