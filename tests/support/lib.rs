//! What the tests have in common: programs that end with the test, and readers of their answers.

mod api;
mod browser;
#[cfg(target_os = "linux")]
mod connection;
#[cfg(target_os = "linux")]
mod counting;
pub mod dashboards;
pub mod endpoint;
mod exporter;
pub mod exposition;
pub mod generated;
#[cfg(target_os = "linux")]
mod gunicorn;
mod hadolint;
mod hostile;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod mounted;
#[cfg(target_os = "linux")]
mod nginx;
mod paced;
#[cfg(target_os = "linux")]
mod parent;
mod process;
#[cfg(target_os = "linux")]
mod program;
mod prometheus;
pub mod protobuf;
mod pushgateway;
mod python;
mod query;
mod receiver;
pub mod rules;
mod running;
#[cfg(target_os = "linux")]
mod said;
#[cfg(target_os = "linux")]
pub mod scene;
#[cfg(target_os = "linux")]
mod scraper;
mod service;
mod shipped;
#[cfg(target_os = "linux")]
mod supervisor;
#[cfg(target_os = "linux")]
mod traced;
#[cfg(target_os = "linux")]
mod units;
#[cfg(target_os = "linux")]
mod user;
mod victoria_metrics;
#[cfg(target_os = "linux")]
mod workers;

pub use self::api::{Api, Found};
pub use self::browser::Browser;
#[cfg(target_os = "linux")]
pub use self::connection::Connection;
#[cfg(target_os = "linux")]
pub use self::counting::Counting;
pub use self::exporter::start_exporter;
pub use self::exposition::{count, in_flight, outcomes, sample, seconds};
#[cfg(target_os = "linux")]
pub use self::gunicorn::Gunicorn;
pub use self::hadolint::hadolint;
pub use self::hostile::{count_hostile, hostile_values};
#[cfg(target_os = "linux")]
pub use self::load::Load;
#[cfg(target_os = "linux")]
pub use self::mounted::Mounted;
#[cfg(target_os = "linux")]
pub use self::nginx::Nginx;
pub use self::paced::{Paced, Request};
pub use self::process::{Process, feed, free_address, now, wait_for};
#[cfg(target_os = "linux")]
pub use self::program::program;
pub use self::prometheus::{Prometheus, check_config, check_metrics};
pub use self::pushgateway::Pushgateway;
pub use self::python::python;
pub use self::receiver::{Received, Receiver, Reply};
pub use self::running::Running;
#[cfg(target_os = "linux")]
pub use self::said::{all_say, errors, told};
#[cfg(target_os = "linux")]
pub use self::scraper::{Scraper, metrics, totals};
pub use self::service::{Answer, Profile, Releases, Service, agent};
#[cfg(target_os = "linux")]
pub use self::supervisor::Supervisor;
#[cfg(target_os = "linux")]
pub use self::traced::{Call, Traced};
#[cfg(target_os = "linux")]
pub use self::units::Units;
pub use self::victoria_metrics::VictoriaMetrics;
#[cfg(target_os = "linux")]
pub use self::workers::{Workers, exchange};
