//! What the tests have in common: programs that end with the test, and readers of their answers.

mod counting;
pub mod endpoint;
pub mod exposition;
mod hostile;
mod process;
mod prometheus;
pub mod protobuf;
mod python;
mod query;
mod running;
mod service;
mod victoria_metrics;
#[cfg(target_os = "linux")]
mod workers;

pub use self::counting::Counting;
pub use self::exposition::{count, in_flight, outcomes, sample, seconds};
pub use self::hostile::{count_hostile, hostile_values};
pub use self::process::{Process, feed, free_address, wait_for};
pub use self::prometheus::{Prometheus, check_config, check_metrics};
pub use self::python::python;
pub use self::running::Running;
pub use self::service::{Answer, Profile, Releases, Service, agent};
pub use self::victoria_metrics::VictoriaMetrics;
#[cfg(target_os = "linux")]
pub use self::workers::{Workers, exchange};
