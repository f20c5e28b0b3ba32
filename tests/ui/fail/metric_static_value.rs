use tallymark::{Counter, metric};

const fn made() -> Counter {
    Counter::new("made_total", "Made.", [])
}

macro_rules! made {
    () => {
        Counter::new("made_too_total", "Made.", [])
    };
}

#[metric]
static MADE: Counter = made();

#[metric]
static MADE_TOO: Counter = made!();

#[metric]
static OTHER: u8 = 1;

fn main() {}
