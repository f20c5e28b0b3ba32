//! Dashboards, read and asked for as Grafana does it.

mod choice;
mod dashboard;
mod drawn;
mod span;
mod variables;

pub use self::choice::{Choice, Chosen};
pub use self::dashboard::{DASHBOARDS, Dashboard, Panel, Query, is_row, list, text};
pub use self::drawn::drawn_problems;
pub use self::span::Span;
use self::variables::shown;
pub use self::variables::{Pick, resolve};
