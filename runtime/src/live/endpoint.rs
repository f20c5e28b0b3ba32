use std::time::Duration;

use super::config::config;
use super::error::PeerError;
use super::file;
use super::peers::Peers;
use crate::http::{Exposition, ScrapeRequest, ScrapeResponse};

/// A page on which one sees what the program measures, in any server.
///
/// It shows requests per second by interface and by instance, errors, latency (p50, p95, p99) and what is
/// in flight, of the families that the attributes count in. Nothing needs to be installed, and the browser
/// asks nobody but this server: the page reads the exposition once a second, so it is right where
/// [several processes](crate::multiprocess) answer as one. For actix-web,
/// [`live`](crate::actix::Metrics::live) does all of what follows.
///
/// The page stands one level below the exposition, at `…/metrics/live` for `…/metrics/`; both are answered
/// with a slash at the end, too. What follows `…/metrics/live` in a request's path is the path that is
/// given to [`answer`](Self::answer).
///
/// ```
/// use tallymark::{Exposition, LivePage, ScrapeRequest};
///
/// let page = LivePage::new(Exposition::new()).peers(["http://10.0.0.2:8080/metrics"])?;
/// let request = ScrapeRequest::new("GET", None, []);
/// assert_eq!(page.answer("", &request).status(), 200);
/// assert_eq!(page.answer("/config.json", &request).status(), 200);
/// # Ok::<(), tallymark::PeerError>(())
/// ```
///
/// Who may see it, and how many may ask at once, is what the exposition says: each of its files needs the
/// same credentials, and of no peer more is asked at once than there may be
/// [scrapes](Exposition::max_scrapes). Browsers ask a person for a user name and a password
/// ([`Credentials::basic`](crate::Credentials::basic)), and for no token. Each answer has a
/// `Content-Security-Policy` that admits no script from elsewhere or within the page.
///
/// A clone answers as the original does.
#[derive(Clone, Debug)]
pub struct LivePage {
    pub(crate) exposition: Exposition,
    peers: Peers,
}

impl LivePage {
    /// A page of what that endpoint exposes.
    #[must_use]
    pub fn new(exposition: Exposition) -> Self {
        Self::with(exposition, Peers::default())
    }

    pub(crate) fn with(exposition: Exposition, peers: Peers) -> Self {
        Self { exposition, peers }
    }

    /// Shows these instances beside this one: the other ones of the same program, each by the URL of its
    /// metrics, such as `http://10.0.0.2:8080/metrics`. They take the place of those given before.
    ///
    /// The server asks them, while somebody looks at the page: without redirects or a proxy, for at most
    /// 16 MiB, with the `Authorization` that the browser sent, and none but these. What does not answer is
    /// shown as down. The page calls a peer by its host and port.
    ///
    /// # Errors
    ///
    /// A [`PeerError`] for what is no URL, has another scheme than `http`, or a user name in it.
    pub fn peers<T: AsRef<str>>(
        mut self,
        urls: impl IntoIterator<Item = T>,
    ) -> Result<Self, PeerError> {
        self.peers.set(urls)?;
        Ok(self)
    }

    /// Sets how long a peer may take for its answer: two seconds unless set.
    #[must_use]
    pub fn peer_timeout(mut self, timeout: Duration) -> Self {
        self.peers.timeout = timeout;
        self
    }

    /// Answers a request for the page, or for one of its files.
    ///
    /// The path is what follows that of the page: nothing, `/`, `/page.js`. It asks peers, and so may take
    /// its time: an async server calls it where blocking is allowed.
    #[must_use]
    pub fn answer(&self, path: &str, request: &ScrapeRequest) -> ScrapeResponse {
        let response = self.read(path, request);
        self.exposition.record(&response);
        response
    }

    /// Answers a request, which is to be recorded if the answer is given.
    pub(crate) fn read(&self, path: &str, request: &ScrapeRequest) -> ScrapeResponse {
        self.exposition.admit(request, || self.find(path, request))
    }

    fn find(&self, path: &str, request: &ScrapeRequest) -> ScrapeResponse {
        let path = path.trim_matches('/');
        // The page asks for `live/…`, which with a slash at its own end is below it.
        let path = path.strip_prefix("live/").unwrap_or(path);
        if path == "config.json" {
            return self.config();
        }
        if let Some(number) = path.strip_prefix("peer/") {
            return self.peers.answer(number, &self.exposition, request);
        }
        let unknown = || ScrapeResponse::text(404, "no such file\n");
        file::answer(path, request).unwrap_or_else(unknown)
    }

    fn config(&self) -> ScrapeResponse {
        ScrapeResponse::json(config(&self.exposition.registry, self.peers.names()))
    }
}
