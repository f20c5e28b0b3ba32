use std::sync::Arc;
use std::time::Instant;

use super::accept::Chosen;
use super::body::ScrapeBody;
use super::coding;
use super::credentials::{Credentials, Scheme};
#[cfg(feature = "live")]
use super::identity::{Identity, REGISTRY};
use super::request::{ACCEPT, AUTHORIZATION, ScrapeRequest};
use super::response::ScrapeResponse;
use super::turn::Turns;
use crate::exposition::expose;
use crate::registry::{Registry, default_registry};

/// Answers scrapes of a registry, in any server.
///
/// It takes what matters of a request and gives status, headers and body; for actix-web,
/// [`actix::metrics`](crate::actix::metrics) does it. `examples/axum` in the repository does it for
/// axum.
///
/// - `GET` is answered 200, `HEAD` too, and any other method 405.
/// - The format is the one that `Accept` wants most: the text formats 0.0.4 (also where nothing is
///   asked for) and 1.0.0, OpenMetrics 1.0.0, and protobuf with its length before each family, which
///   has native histograms. A series has the same name in all of them.
/// - It is compressed by gzip where `Accept-Encoding` asks for that.
/// - `name[]=…` in the query, several times if need be, asks for these metrics alone.
/// - With [credentials](Self::credentials), other requests are answered 401.
/// - No more scrapes are under way than [`max_scrapes`](Self::max_scrapes) says: others are answered
///   503, as are those whose `X-Prometheus-Scrape-Timeout-Seconds` are over. Equal scrapes that come at
///   the same moment are encoded once.
/// - What it does is exposed as `tallymark_scrapes_total{code}` and
///   `tallymark_scrape_duration_seconds`, the time to read and encode.
///
/// ```
/// use tallymark::{Exposition, ScrapeRequest};
///
/// let exposition = Exposition::new();
/// let headers = [("Accept", &b"application/openmetrics-text; version=1.0.0"[..])];
/// let response = exposition.answer(&ScrapeRequest::new("GET", None, headers));
/// assert_eq!(response.status(), 200);
/// assert!(response.into_body().into_bytes().ends_with(b"# EOF\n"));
/// ```
///
/// A clone answers as the original does.
#[derive(Clone, Debug)]
pub struct Exposition {
    pub(crate) registry: Registry,
    credentials: Vec<Arc<Credentials>>,
    pub(crate) max_scrapes: usize,
}

impl Default for Exposition {
    fn default() -> Self {
        Self::new()
    }
}

impl Exposition {
    /// Answers for the [default registry](default_registry()).
    #[must_use]
    pub fn new() -> Self {
        let registry = default_registry().clone();
        Self { registry, credentials: Vec::new(), max_scrapes: 10 }
    }

    /// Answers for another registry than the default one.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// Admits who has these credentials, and those that were given before.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials.push(Arc::new(credentials));
        self
    }

    /// Sets how many scrapes of the registry may be under way at once: 10 unless set. One is under way
    /// until its answer has been sent.
    #[must_use]
    pub fn max_scrapes(mut self, scrapes: usize) -> Self {
        // With none it would be no endpoint.
        self.max_scrapes = scrapes.max(1);
        self
    }

    /// Answers a request.
    ///
    /// It reads all metrics, those of other collectors too, and so may take its time: an async server
    /// calls it where blocking is allowed.
    #[must_use]
    pub fn answer(&self, request: &ScrapeRequest) -> ScrapeResponse {
        let response = self.read(request);
        self.record(&response);
        response
    }

    /// Answers a request, which is to be [recorded](Self::record) if the answer is given.
    pub(crate) fn read(&self, request: &ScrapeRequest) -> ScrapeResponse {
        self.admit(request, || self.scrape(request))
    }

    /// Answers a request that is admitted in this way, and any other as one that is not.
    pub(crate) fn admit(
        &self,
        request: &ScrapeRequest,
        answer: impl FnOnce() -> ScrapeResponse,
    ) -> ScrapeResponse {
        self.registry.inner.scrapes.serve();
        let mut response = self.refuse(request).unwrap_or_else(answer);
        if response.status != 304 {
            response.insert("content-length", response.body.len().to_string());
        }
        if request.method == "HEAD" {
            // Its length is known; nobody is sent it.
            response.body.clear();
        }
        response
    }

    /// Answers a request that costs as much as a scrape does, as one of those that may be under way.
    #[cfg(all(feature = "actix", feature = "dashboards"))]
    pub(crate) fn admit_as_scrape(
        &self,
        request: &ScrapeRequest,
        answer: impl FnOnce() -> ScrapeResponse,
    ) -> ScrapeResponse {
        self.admit(request, || {
            let permit = self.registry.attached::<Turns>().permit(self.max_scrapes);
            permit.map_or_else(|| ScrapeResponse::unavailable(TOO_MANY), |_permit| answer())
        })
    }

    /// An answer is given. Scrapes that succeed are recorded where it is known how long they took.
    pub(crate) fn record(&self, response: &ScrapeResponse) {
        if response.status != 200 {
            self.registry.inner.scrapes.record(response.status, None);
        }
    }

    /// Whether not everybody is admitted.
    #[cfg(feature = "live")]
    pub(crate) fn is_guarded(&self) -> bool {
        !self.credentials.is_empty()
    }

    /// The time of a scraper is over, before its scrape is.
    #[cfg_attr(not(feature = "actix"), expect(dead_code, reason = "nobody else can go on"))]
    pub(crate) fn overdue() -> ScrapeResponse {
        ScrapeResponse::unavailable(OVERDUE)
    }

    fn refuse(&self, request: &ScrapeRequest) -> Option<ScrapeResponse> {
        let sent = request.one(AUTHORIZATION).unwrap_or_default();
        // All of them, so that the time does not tell which it was.
        let admitted = self.credentials.iter().filter(|one| one.admit(sent)).count();
        if !self.credentials.is_empty() && admitted == 0 {
            let mut response = ScrapeResponse::text(401, "these metrics need credentials\n");
            for scheme in [Scheme::Basic, Scheme::Bearer] {
                if self.credentials.iter().any(|one| one.scheme == scheme) {
                    response.insert("www-authenticate", scheme.challenge());
                }
            }
            return Some(response);
        }
        if !matches!(&*request.method, "GET" | "HEAD") {
            let mut response = ScrapeResponse::text(405, "metrics are read with GET or HEAD\n");
            response.insert("allow", "GET, HEAD");
            return Some(response);
        }
        None
    }

    fn scrape(&self, request: &ScrapeRequest) -> ScrapeResponse {
        let start = Instant::now();
        let until = request.timeout().and_then(|timeout| start.checked_add(timeout));
        let turns = self.registry.attached::<Turns>();
        let Some(permit) = turns.permit(self.max_scrapes) else {
            return ScrapeResponse::unavailable(TOO_MANY);
        };
        let chosen = Chosen::by(request.list(ACCEPT).as_deref());
        let gzip = request.takes_gzip();
        let names = request.names();
        let key = format!("{:?} {gzip} {names:?}", chosen.format);
        let pieces = turns.encode(&key, until, || {
            let pieces = expose(&self.registry, chosen.format, names);
            if gzip { vec![coding::gzip(&pieces)] } else { pieces }
        });
        let over = until.is_some_and(|until| until <= Instant::now());
        let Some(pieces) = pieces.filter(|_| !over) else {
            return ScrapeResponse::unavailable(OVERDUE);
        };
        self.registry.inner.scrapes.record(200, Some(start.elapsed()));
        let body = ScrapeBody::new(pieces, Some(permit));
        let mut response = ScrapeResponse { status: 200, headers: Vec::new(), body };
        response.insert("content-type", chosen.content_type());
        if gzip {
            response.insert("content-encoding", "gzip");
        }
        let by_credentials = if self.credentials.is_empty() { "" } else { ", Authorization" };
        response.insert("vary", format!("Accept, Accept-Encoding{by_credentials}"));
        #[cfg(feature = "live")]
        response.insert(REGISTRY, self.registry.attached::<Identity>().to_string());
        response.secure();
        response
    }
}

const TOO_MANY: &str = "too many scrapes are under way\n";

const OVERDUE: &str = "the metrics were not read within the time that the scraper gave\n";
