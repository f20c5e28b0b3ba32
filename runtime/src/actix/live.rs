use std::time::Duration;

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::{HttpRequest, web};

use super::answer::{block, respond};
use super::endpoint::Metrics;
use crate::live::{LivePage, PeerError};

impl Metrics {
    /// Serves a [page](LivePage) on which one sees what the program measures, one level below the
    /// metrics: `/metrics/live`. Its files are below that.
    ///
    /// It is there for whom the [credentials](Self::credentials) admit.
    ///
    /// ```
    /// use actix_web::App;
    ///
    /// let app = App::new().service(tallymark::actix::metrics().live(true));
    /// # let _ = app;
    /// ```
    #[must_use]
    pub fn live(mut self, live: bool) -> Self {
        self.live = live;
        self
    }

    /// Shows these instances on the [page](Self::live) beside this one, each by the URL of its metrics;
    /// see [`LivePage::peers`].
    ///
    /// ```
    /// use actix_web::App;
    ///
    /// let peers = ["http://10.0.0.2:8080/metrics", "http://10.0.0.3:8080/metrics"];
    /// let metrics = tallymark::actix::metrics().live(true).peers(peers)?;
    /// let app = move || App::new().service(metrics.clone());
    /// # let _ = app;
    /// # Ok::<(), tallymark::PeerError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`LivePage::peers`].
    pub fn peers<T: AsRef<str>>(
        mut self,
        urls: impl IntoIterator<Item = T>,
    ) -> Result<Self, PeerError> {
        self.peers.set(urls)?;
        Ok(self)
    }

    /// Sets how long a peer may take for its answer; see [`LivePage::peer_timeout`].
    #[must_use]
    pub fn peer_timeout(mut self, timeout: Duration) -> Self {
        self.peers.timeout = timeout;
        self
    }
}

/// Answers at a path and below it.
pub(super) fn register(path: &str, page: LivePage, config: &mut AppService) {
    let answer = move |request: HttpRequest| {
        let page = page.clone();
        async move {
            let path = request.match_info().query(REST).to_owned();
            respond(block(&request, move |request| page.answer(&path, request)).await)
        }
    };
    let below = format!("{path}/{{{REST}:.*}}");
    web::resource([path.to_owned(), below]).to(answer).register(config);
}

/// The part of the path below the page.
const REST: &str = "tallymark_live";
