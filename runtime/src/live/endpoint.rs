use std::time::Duration;

use super::config::config;
use super::error::PeerError;
use super::file;
use super::peers::Peers;
use crate::http::{Exposition, FOR_A_PAGE, ScrapeRequest, ScrapeResponse};

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
/// same credentials, and of all peers together no more is asked at once than there may be
/// [scrapes](Exposition::max_scrapes), or of each of them once where they are more. Browsers ask a person
/// for a user name and a password ([`Credentials::basic`](crate::Credentials::basic)), and for no token.
/// Each answer has a `Content-Security-Policy` that admits no script from elsewhere or within the page.
///
/// A clone answers as the original does.
#[derive(Clone, Debug)]
pub struct LivePage {
    exposition: Exposition,
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
    /// 4 MiB each, and none but these. What does not answer is shown as down. The page calls a peer by its
    /// host and port; one that is this instance itself it leaves out, so all may have the same list:
    /// each tells which it is by a random number, the `X-Tallymark-Registry` of what it answers.
    ///
    /// Where the endpoint has credentials, what the browser sent as `Authorization` is sent to each of them,
    /// in clear text: whoever can listen in between has it, also where the page itself comes by TLS. Where the
    /// endpoint has none, nothing of the kind is sent.
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
        // It is no scrape, and not recorded as one.
        self.exposition.admit(request, || self.find(path, request))
    }

    fn find(&self, path: &str, request: &ScrapeRequest) -> ScrapeResponse {
        if request.one(FOR_A_PAGE).is_some() {
            // Or a page could ask itself, and again for that.
            return ScrapeResponse::text(508, "it is a page that is asked, and not the metrics\n");
        }
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
