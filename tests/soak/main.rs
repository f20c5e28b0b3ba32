//! Everything at once, for as long as somebody has the time: full load and scrapes, while processes are
//! killed, a client makes up label values, and the disk is full, in turn. Memory stays as it is, and what
//! was answered is what is counted.
//!
//! `SOAK_SECONDS=1800 cargo test --package tallymark-tests --features e2e --test soak -- --ignored
//! --nocapture`

#![cfg(target_os = "linux")]

mod attacker;
mod clients;
mod disk;
mod memory;
mod setting;
mod totals;

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use crate::memory::Memory;
use crate::setting::{Setting, Turn};

/// How long it takes, unless the environment says it.
const SECONDS: u64 = 300;

/// How long each turn takes.
const TURN: Duration = Duration::from_secs(2);

/// After so many rounds nothing is done for the first time: the archive has all the series that it may
/// have, and all threads are there.
const WARM: usize = 20;

/// How many rounds there are after that, at least.
const ROUNDS: usize = 8;

#[test]
#[ignore = "by hand: it takes minutes, or as many seconds as SOAK_SECONDS says"]
fn memory_is_flat_and_counts_are_exact() {
    let seconds = std::env::var("SOAK_SECONDS")
        .map_or(SECONDS, |seconds| seconds.parse().expect("a number of seconds"));
    let began = Instant::now();
    let mut setting = Setting::new();
    let mut memory = Vec::<Memory>::new();
    while memory.len() < WARM + ROUNDS || began.elapsed().as_secs() < seconds {
        for turn in Turn::ALL {
            setting.take(turn, TURN);
        }
        memory.push(setting.memory());
        say(&format!(
            "after {:.0?}, {} rounds: {}; {}",
            began.elapsed(),
            memory.len(),
            setting.counts(),
            memory.last().expect("one"),
        ));
    }
    say(&Memory::assert_flat(&memory[WARM..]));
}

fn say(line: &str) {
    writeln!(io::stdout(), "{line}").expect("standard output");
}
