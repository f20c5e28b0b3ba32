//! Counters, gauges, histograms and summaries of the user's own.

#![allow(clippy::needless_pass_by_value, reason = "label values are given as an array literal")]

mod buckets;
mod check;
mod counter;
mod error;
mod exemplified;
mod family;
mod gauge;
mod histogram;
mod label_names;
mod meta;
mod refused;
mod series;
mod shell;
mod spot;
mod summary;
mod timer;

pub use self::check::{all_labels, known_label, order};
pub use self::counter::{Counter, CounterChild, CounterNumber};
pub use self::error::MetricError;
pub use self::exemplified::WithExemplar;
pub(crate) use self::family::Family;
pub(crate) use self::family::announced;
pub use self::gauge::{Gauge, GaugeChild, GaugeGuard, GaugeNumber};
pub use self::histogram::{Histogram, HistogramChild};
pub use self::label_names::LabelNames;
pub(crate) use self::refused::refused;
pub use self::series::Series;
pub use self::spot::{
    count_metric, counted_metric, in_flight_metric, outcomes_metric, timed_metric,
};
pub use self::summary::{Summary, SummaryChild};
pub use self::timer::{Observe, Timer};

use std::sync::Arc;

/// A metric family of any kind, to be [registered](crate::Registry::register).
///
/// It is one of the types of this crate; nothing else can be one.
pub trait MetricFamily: private::Sealed {
    #[doc(hidden)]
    fn family(&self) -> Arc<Family>;
}

mod private {
    pub trait Sealed {}
}
