use std::sync::Arc;
use std::time::{Duration, Instant};

use super::accept::Chosen;
use super::body::ScrapeBody;
use super::coding;
use super::credentials::{Credentials, Scheme};
#[cfg(feature = "live")]
use super::identity::{Identity, REGISTRY};
use super::permit::{Patience, Permit, Permits};
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
    send_timeout: Duration,
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
        // Prometheus waits no longer, unless it is set.
        let send_timeout = Duration::from_secs(10);
        Self { registry, credentials: Vec::new(), max_scrapes: 10, send_timeout }
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
    ///
    /// A client that does not read its answer holds up nobody else for ever: where there is no room, those
    /// whose answers have not been read [in time](Self::send_timeout) make it, the one that was ready first
    /// before others. What is left of such an answer is given up, and [its pieces](crate::ScrapePieces) end
    /// with an error: the connection is closed before there were as many bytes as `content-length` says.
    /// Of those who read slowly nobody is cut short while there is room.
    #[must_use]
    pub fn max_scrapes(mut self, scrapes: usize) -> Self {
        // With none it would be no endpoint.
        self.max_scrapes = scrapes.max(1);
        self
    }

    /// Sets how long an answer may take to be read before it [makes room](Self::max_scrapes) for others:
    /// 10 seconds unless set, from when it is ready. A scraper that says how long it waits
    /// (`X-Prometheus-Scrape-Timeout-Seconds`) has no more than that, from when its request came.
    #[must_use]
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.send_timeout = timeout;
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
            let Some(permit) = self.permit(self.patience(request)) else {
                return ScrapeResponse::unavailable(TOO_MANY);
            };
            let mut response = answer();
            response.body.hold(permit);
            response
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

    /// That with who sent a request, which has just come.
    pub(crate) fn patience(&self, request: &ScrapeRequest) -> Patience {
        Patience::new(request, self.send_timeout, Instant::now())
    }

    fn permit(&self, patience: Patience) -> Option<Permit> {
        let permits = self.registry.attached::<Permits>();
        permits.permit(self.max_scrapes, patience, Instant::now())
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
        let patience = self.patience(request);
        let until = patience.scraper;
        let Some(permit) = self.permit(patience) else {
            return ScrapeResponse::unavailable(TOO_MANY);
        };
        let turns = self.registry.attached::<Turns>();
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
