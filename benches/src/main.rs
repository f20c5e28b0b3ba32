//! What counting costs, beside other crates and beside the floors: `cargo run --release -p
//! tallymark-benches [FILTER]` prints a table for each question whose title has the filter in it.

mod calls;
mod contest;
mod cores;
mod counters;
mod floors;
mod labels;
mod otel;
mod values;

#[allow(clippy::print_stdout, reason = "it prints its tables")]
fn main() {
    metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .expect("there is no other recorder");
    let filter = std::env::args().nth(1).unwrap_or_default();
    let contests =
        [counters::contest(), labels::one(), labels::many(), calls::counted(), calls::timed()];
    for contest in
        contests.into_iter().chain([calls::observed(), values::gauges(), values::observations()])
    {
        if contest.title.contains(&filter) {
            println!("{}", contest.run());
        }
    }
}
