//! What the tests have in common: programs that end with the test, and readers of their answers.

mod exposition;
mod process;
mod prometheus;
mod service;

pub use self::exposition::{count, in_flight, outcomes, sample, seconds};
pub use self::process::{Process, free_address, wait_for};
pub use self::prometheus::{Prometheus, check_config};
pub use self::service::{Answer, Profile, Releases, Service, agent};
