use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::metric::{Kind, Metric};

/// The default family of `#[counted]`, whose name and help a service may choose at its start.
pub(crate) static CALLS: Metric = Metric {
    name: "request_processing_total",
    help: "Calls of the annotated interfaces.",
    kind: Kind::Counter,
    label_names: &["interface"],
};

/// One annotated place in the source: what it counts into, where it stands, and its count.
///
/// A site is built by the compiler and knows no registry; registries find the sites.
#[derive(Debug)]
pub struct Site {
    metric: &'static Metric,
    label_values: [&'static str; 1],
    location: &'static Location<'static>,
    count: AtomicU64,
}

impl Site {
    /// A site that counts calls of one interface, located where the attribute stands.
    #[must_use]
    #[track_caller]
    pub const fn calls(interface: &'static str) -> Self {
        Self::of(&CALLS, interface)
    }

    #[track_caller]
    pub(crate) const fn of(metric: &'static Metric, label_value: &'static str) -> Self {
        Self {
            metric,
            label_values: [label_value],
            location: Location::caller(),
            count: AtomicU64::new(0),
        }
    }

    /// Counts one call.
    #[inline]
    pub fn inc(&self) {
        // Relaxed: the count publishes no other memory, and only its own total order matters.
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn metric(&self) -> &'static Metric {
        self.metric
    }

    pub(crate) fn label_values(&self) -> &[&'static str] {
        &self.label_values
    }

    pub(crate) fn location(&self) -> &'static Location<'static> {
        self.location
    }
}
