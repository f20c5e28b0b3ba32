//! How often an endpoint answered for a registry, and how long that took.

use std::time::Duration;

use crate::registry::Registry;

impl Registry {
    /// Counts an answer of an endpoint, by its HTTP status, and for a scrape how long it took.
    #[expect(dead_code, clippy::unused_self, reason = "for the endpoint")]
    pub(crate) fn record_scrape(&self, _status: u16, _took: Option<Duration>) {}
}
