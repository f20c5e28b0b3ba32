//! Pushing over OTLP/HTTP, in protobuf, to an OpenTelemetry collector or whatever else speaks it.
//!
//! ```no_run
//! use tallymark::otlp::Otlp;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let exporter = Otlp::from_env()?.start()?;
//!     // … serve
//!     exporter.stop();
//!     Ok(())
//! }
//! ```
//!
//! # What becomes of the metrics
//!
//! | here | in OTLP |
//! |---|---|
//! | counter | a monotonic, cumulative sum |
//! | gauge, and what has no type | a gauge |
//! | histogram | a cumulative histogram with explicit bounds, whose counts are those of each bucket alone |
//! | histogram with native buckets | a cumulative exponential histogram, in place of that |
//! | summary | a summary |
//!
//! Names, helps and labels stay as they are, whole numbers stay whole, and exemplars are sent along,
//! with the ids of their trace where they have those as `trace_id` and `span_id`. The start of a series
//! is when it was at 0; of what other collectors count it is not known, and none is sent.
//!
//! # The environment
//!
//! | variable | meaning |
//! |---|---|
//! | `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` | the URL as it is |
//! | `OTEL_EXPORTER_OTLP_ENDPOINT` | the URL without `/v1/metrics`; `http://localhost:4318` unless set |
//! | `OTEL_EXPORTER_OTLP_HEADERS` | `name=value,…`, percent-encoded |
//! | `OTEL_EXPORTER_OTLP_TIMEOUT` | milliseconds for a push, all attempts together; 10000 unless set |
//! | `OTEL_EXPORTER_OTLP_COMPRESSION` | `gzip` or `none` |
//! | `OTEL_EXPORTER_OTLP_CERTIFICATE` | a PEM file with what is trusted (feature `https`) |
//! | `OTEL_METRIC_EXPORT_INTERVAL` | milliseconds from one push to the next; 60000 unless set |
//! | `OTEL_SERVICE_NAME` | the attribute `service.name`; `unknown_service:` and the program unless set |
//! | `OTEL_RESOURCE_ATTRIBUTES` | `name=value,…`, percent-encoded: further attributes of all metrics |
//! | `OTEL_SDK_DISABLED` | with `true` nothing is pushed |
//!
//! Those of the exporter are also read with `OTEL_EXPORTER_OTLP_METRICS_` in front, which comes first.
//! What is empty is as if it were not set. There is no other protocol than `http/protobuf`, whatever
//! `OTEL_EXPORTER_OTLP_PROTOCOL` says.

mod exporter;
mod list;
mod message;
mod point;
mod resource;
mod variables;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use prost::Message;

pub use self::exporter::Exporter;
use self::resource::Resource;
use self::variables::Variables;
use crate::delivery::{Delivery, Parcel, PushError, check_address};
use crate::http::{Credentials, gzip};
use crate::registry::{Registry, default_registry};

/// Pushes a registry over OTLP/HTTP.
///
/// What cannot be reached, and what answers 429, 502, 503 or 504, is tried again, with a pause that
/// grows from a tenth of a second to five and is as long as `Retry-After` says, until the
/// [time](Self::timeout) is over. Nothing is lost by a push that fails: the next one has the totals.
#[derive(Clone)]
pub struct Otlp {
    endpoint: String,
    headers: Vec<(String, String)>,
    resource: Resource,
    registry: Registry,
    interval: Duration,
    gzip: bool,
    disabled: bool,
    delivery: Delivery,
}

impl Otlp {
    /// Pushes the [default registry](default_registry()), as the [environment](self#the-environment)
    /// says.
    ///
    /// # Errors
    ///
    /// [`PushError::Address`] and [`PushError::Setting`], for a variable that makes no sense.
    pub fn from_env() -> Result<Self, PushError> {
        Self::from_variables(&Variables::of_environment())
    }

    fn from_variables(variables: &Variables) -> Result<Self, PushError> {
        let endpoint = variables.endpoint();
        check_address(&endpoint)?;
        let timeout = variables.timeout()?;
        variables.say_of_protocol();
        Ok(Self {
            endpoint,
            headers: variables.headers()?,
            resource: Resource::new(variables.attributes()?, variables.service_name()),
            registry: default_registry().clone(),
            interval: variables.interval()?,
            gzip: variables.gzip()?,
            disabled: variables.disabled(),
            delivery: Delivery {
                attempt: timeout,
                within: timeout,
                authorities: variables.certificate(),
                credentials: None,
            },
        })
    }

    /// Pushes to this URL, as it is: that of a collector is `http://host:4318/v1/metrics`.
    ///
    /// # Errors
    ///
    /// [`PushError::Address`].
    pub fn endpoint(mut self, url: &str) -> Result<Self, PushError> {
        check_address(url)?;
        url.clone_into(&mut self.endpoint);
        Ok(self)
    }

    /// Sends a header along, in place of one of that name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends these credentials along, in place of a header `Authorization`.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case("authorization"));
        self.delivery.credentials = Some(Arc::new(credentials));
        self
    }

    /// Gives all metrics an attribute, such as `service.version`, in place of one of that name.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: &str) -> Self {
        self.resource.set(name, value);
        self
    }

    /// Pushes another registry than the default one.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// Sets the time from one push to the next: 60 seconds unless set, and at least a hundredth of one.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets how long a push may take, all attempts together: 10 seconds unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        (self.delivery.attempt, self.delivery.within) = (timeout, timeout);
        self
    }

    /// Trusts the certificates in a PEM file, in place of the public ones. That needs the feature
    /// `https`.
    #[must_use]
    pub fn authorities(mut self, path: impl AsRef<Path>) -> Self {
        self.delivery.authorities = Some(path.as_ref().to_owned());
        self
    }

    /// Compresses what is pushed by gzip, or does not.
    #[must_use]
    pub fn gzip(mut self, gzip: bool) -> Self {
        self.gzip = gzip;
        self
    }

    /// Pushes once, and waits for it.
    ///
    /// Where a server takes the rest and not some points, that is logged.
    ///
    /// # Errors
    ///
    /// [`PushError::Credentials`], and what became of the request.
    pub fn push(&self) -> Result<(), PushError> {
        if self.disabled {
            return Ok(());
        }
        let Some(message) = message::of(&self.registry, &self.resource) else { return Ok(()) };
        let mut body = message.encode_to_vec();
        let mut headers: Vec<_> =
            self.headers.iter().map(|(name, value)| (&**name, value.clone())).collect();
        headers.push(("content-type", "application/x-protobuf".to_owned()));
        if self.gzip {
            body = gzip(&[body.into()]).into();
            headers.push(("content-encoding", "gzip".to_owned()));
        }
        let again_after = |status| matches!(status, 429 | 502..=504);
        let url = &*self.endpoint;
        let parcel = Parcel { method: "POST", url, headers, body: Some(&body), again_after };
        say_of_rejected(&self.delivery.send(parcel)?);
        Ok(())
    }

    /// Starts to push, at every interval and when it stops, on a thread of its own, `tallymark-otlp`.
    ///
    /// # Errors
    ///
    /// If there can be no thread.
    pub fn start(self) -> Result<Exporter, PushError> {
        Exporter::start(self)
    }
}

// Without the values of headers, which may be secrets.
impl fmt::Debug for Otlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Otlp")
            .field("endpoint", &self.endpoint)
            .field("headers", &headers)
            .field("interval", &self.interval)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}

fn say_of_rejected(answer: &[u8]) {
    // One that says nothing took everything, and one that cannot be read is no reason to push again.
    let answer = ExportMetricsServiceResponse::decode(answer).unwrap_or_default();
    let Some(partial) = answer.partial_success else { return };
    let (rejected, said) = (partial.rejected_data_points, partial.error_message);
    if rejected > 0 || !said.is_empty() {
        tracing::warn!(rejected, "what was pushed was not taken as it is: {said:?}");
    }
}

#[cfg(test)]
mod tests;
