use std::panic::Location;

use tallymark::{counted, in_flight, timed};
use tallymark_tests::{count, seconds};

#[counted(interface = "counted")]
#[timed(interface = "counted")]
#[in_flight(interface = "counted")]
#[track_caller]
fn caller() -> u32 {
    Location::caller().line()
}

fn main() {
    let (here, called) = (line!(), caller());
    assert_eq!(called, here);
    assert_eq!((count("counted"), seconds("counted").0), (Some(1), 1));
}
