//! Pushing to the Prometheus pushgateway, for jobs that end before anybody would scrape them.
//!
//! A service that goes on is to be scraped: Prometheus sees then when it is gone, and whether it
//! answers. What was pushed stays in the gateway, and is scraped from there, until it is replaced or
//! deleted, whatever became of the job.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use tallymark::push::Push;
//! use tallymark::{Counter, timed};
//!
//! #[tallymark::metric]
//! static ROWS: Counter = Counter::new("backup_rows_total", "Rows written to the backup.", []);
//!
//! #[timed(interface = "backup", buckets = [1.0, 10.0, 100.0])]
//! fn backup() -> Result<(), std::io::Error> {
//!     ROWS.inc_by(21);
//!     Ok(())
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let at_end = Push::new("http://pushgateway:9091", "backup")
//!         .grouping("database", "orders")
//!         .retry_for(Duration::from_secs(60))
//!         .at_end()?;
//!     // If it fails or panics, what was counted until then is pushed too.
//!     backup()?;
//!     at_end.finish()?;
//!     Ok(())
//! }
//! ```

mod at_end;
mod grouping;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub use self::at_end::AtEnd;
use self::grouping::Grouping;
use crate::delivery::{Delivery, Parcel, PushError, check_address};
use crate::exposition::{Format, Names, expose};
use crate::http::Credentials;
use crate::registry::{Registry, default_registry};

/// Pushes a registry to a group of a Prometheus pushgateway.
///
/// A group is all that was pushed with one grouping key: the job, and what [`grouping`](Self::grouping)
/// adds. Two that push with one key replace each other's metrics; each instance of a job that runs more
/// than once at a time needs a key of its own.
///
/// What cannot be reached, and what answers 429 or 500 to 599, is tried again, with a pause that grows
/// from a tenth of a second to five and is as long as `Retry-After` says; see
/// [`retry_for`](Self::retry_for). It blocks: an async program calls it where that is allowed.
#[derive(Clone, Debug)]
pub struct Push {
    gateway: String,
    grouping: Grouping,
    registry: Registry,
    format: Format,
    delivery: Delivery,
}

impl Push {
    /// Pushes the [default registry](default_registry()) as this job.
    ///
    /// The address is that of the gateway, `http://host:9091`, with the path that it is under, if there
    /// is one. It is checked when something is pushed, or [at once](Self::check).
    #[must_use]
    pub fn new(gateway: &str, job: &str) -> Self {
        Self {
            gateway: gateway.trim_end_matches('/').to_owned(),
            grouping: Grouping::new(job),
            registry: default_registry().clone(),
            format: Format::Text,
            delivery: Delivery {
                attempt: Duration::from_secs(10),
                within: Duration::from_secs(30),
                authorities: None,
                credentials: None,
            },
        }
    }

    /// Adds a label to the grouping key. The gateway gives it to every series of the group, in place of
    /// one of that name which the series may have.
    #[must_use]
    pub fn grouping(mut self, name: &str, value: &str) -> Self {
        self.grouping.add(name, value);
        self
    }

    /// Pushes another registry than the default one.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// Sends these credentials along.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.delivery.credentials = Some(Arc::new(credentials));
        self
    }

    /// Pushes protobuf in place of text: native histograms are in that alone. The gateway reads both;
    /// others that take what is pushed in its manner may read text only.
    #[must_use]
    pub fn protobuf(mut self) -> Self {
        self.format = Format::Protobuf;
        self
    }

    /// Sets for how long it is tried again: 30 seconds unless set, and with 0 it is tried once.
    ///
    /// It is counted from the first attempt on; no attempt goes on for longer, but for the first, which
    /// has its [own limit](Self::timeout).
    #[must_use]
    pub fn retry_for(mut self, within: Duration) -> Self {
        self.delivery.within = within;
        self
    }

    /// Sets how long one attempt may take: 10 seconds unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.delivery.attempt = timeout;
        self
    }

    /// Trusts the certificates in a PEM file, in place of the public ones, if the gateway is reached by
    /// TLS. That needs the feature `https`.
    #[must_use]
    pub fn authorities(mut self, path: impl AsRef<Path>) -> Self {
        self.delivery.authorities = Some(path.as_ref().to_owned());
        self
    }

    /// Checks address and grouping key, without a request.
    ///
    /// # Errors
    ///
    /// [`PushError::Address`] and [`PushError::Grouping`].
    pub fn check(&self) -> Result<(), PushError> {
        check_address(&self.gateway)?;
        self.grouping.check()
    }

    /// Replaces all metrics of the group by those of the registry (`PUT`).
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check), [`PushError::Credentials`], and what became of the request.
    pub fn push(&self) -> Result<(), PushError> {
        self.send("PUT", Some(&self.exposed()))
    }

    /// Replaces of the metrics of the group those that the registry has too (`POST`).
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push).
    pub fn add(&self) -> Result<(), PushError> {
        self.send("POST", Some(&self.exposed()))
    }

    /// Deletes the group, if there is one (`DELETE`). What Prometheus scraped of it stays there.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push).
    pub fn delete(&self) -> Result<(), PushError> {
        self.send("DELETE", None)
    }

    /// Pushes when what this returns is dropped: however the job ends, with an error and a panic too.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check): at the end it would be too late.
    pub fn at_end(self) -> Result<AtEnd, PushError> {
        self.check()?;
        Ok(AtEnd::new(self))
    }

    fn exposed(&self) -> Vec<u8> {
        expose(&self.registry, self.format, Names::default()).concat()
    }

    fn send(&self, method: &'static str, body: Option<&[u8]>) -> Result<(), PushError> {
        self.check()?;
        let url = format!("{}/metrics{}", self.gateway, self.grouping.path());
        let mut headers = Vec::new();
        if body.is_some() {
            headers.push(("content-type", self.format.content_type(false).to_owned()));
        }
        let again_after = |status| status == 429 || (500..600).contains(&status);
        self.delivery.send(Parcel { method, url: &url, headers, body, again_after })?;
        tracing::debug!(url, method, "pushed");
        Ok(())
    }
}
