//! Two services that count in one directory, one in Python and one in Rust, as when handlers move one by
//! one from the first to the second.

mod agreement;
mod damage;
mod handlers;
mod kinds;
mod theirs;

use std::net::SocketAddr;
use std::path::PathBuf;

use tallymark_tests::exposition::{Family, Syntax, read_text};
use tallymark_tests::{Profile, Workers, metrics};

/// The counter of calls, as Python's client names it.
const COUNTER: &str = "request_processing_counter_total";

fn start(processes: usize) -> Workers {
    Workers::start_with(Profile::Debug, processes, &["--counter-name", COUNTER])
}

fn directory(workers: &Workers) -> PathBuf {
    workers.directory().join("metrics")
}

fn scrape(address: SocketAddr) -> Vec<Family> {
    read_text(&metrics(address).expect("metrics"), Syntax::Text)
}
