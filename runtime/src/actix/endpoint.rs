use std::time::Duration;

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::{HttpRequest, web};

use super::answer::answer;
#[cfg(feature = "dashboards")]
use crate::dashboards::Dashboards;
use crate::http::{Credentials, Exposition};
#[cfg(feature = "live")]
use crate::live::{LivePage, Peers};
use crate::registry::Registry;

/// The service of [`metrics`].
#[derive(Clone, Debug)]
pub struct Metrics {
    path: String,
    exposition: Exposition,
    #[cfg(feature = "dashboards")]
    pub(super) dashboards: Option<Dashboards>,
    #[cfg(feature = "live")]
    pub(super) live: bool,
    #[cfg(feature = "live")]
    pub(super) peers: Peers,
}

/// Answers scrapes at `/metrics` with the [default registry](crate::default_registry()).
///
/// What is answered, in which format, and when not, is that of [`Exposition`]. It is there with and
/// without a slash at the end of its path. All workers of a server, and all servers of the program,
/// answer from the same registry. A scrape is read and encoded on a thread where blocking is allowed,
/// and so holds up no other request, however slow a collector is.
///
/// ```
/// use actix_web::App;
/// use tallymark::Credentials;
///
/// let app = App::new().service(tallymark::actix::metrics());
/// # let _ = app;
/// let guarded = tallymark::actix::metrics()
///     .path("/internal/metrics")
///     .credentials(Credentials::bearer("s3cret"))
///     .max_scrapes(3);
/// let app = App::new().service(guarded);
/// # let _ = app;
/// ```
#[must_use]
pub fn metrics() -> Metrics {
    Metrics {
        path: "/metrics".to_owned(),
        exposition: Exposition::new(),
        #[cfg(feature = "dashboards")]
        dashboards: None,
        #[cfg(feature = "live")]
        live: false,
        #[cfg(feature = "live")]
        peers: Peers::default(),
    }
}

impl Metrics {
    /// Answers at another path than `/metrics`, below the scopes that it is in.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// Answers with another registry than the default one.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.exposition = self.exposition.registry(registry);
        self
    }

    /// Admits who has these credentials, and those that were given before; see
    /// [`Exposition::credentials`].
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.exposition = self.exposition.credentials(credentials);
        self
    }

    /// Sets how many scrapes of the registry may be under way at once; see
    /// [`Exposition::max_scrapes`].
    #[must_use]
    pub fn max_scrapes(mut self, scrapes: usize) -> Self {
        self.exposition = self.exposition.max_scrapes(scrapes);
        self
    }

    /// Sets how long an answer may take to be read before it makes room for others; see
    /// [`Exposition::send_timeout`].
    #[must_use]
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.exposition = self.exposition.send_timeout(timeout);
        self
    }
}

impl HttpServiceFactory for Metrics {
    fn register(self, config: &mut AppService) {
        let path = self.path.trim_end_matches('/').to_owned();
        let with_slash = format!("{path}/");
        let exposition = self.exposition;
        #[cfg(feature = "dashboards")]
        if let Some(dashboards) = self.dashboards {
            super::dashboard::register(&path, exposition.clone(), dashboards, config);
        }
        #[cfg(feature = "live")]
        if self.live {
            let page = LivePage::with(exposition.clone(), self.peers);
            super::live::register(&format!("{path}/live"), page, config);
        }
        let answer = move |request: HttpRequest| {
            let exposition = exposition.clone();
            async move {
                let blocking = exposition.clone();
                answer(&exposition, &request, move |request| blocking.read(request)).await
            }
        };
        // An empty one is that of the scope itself.
        web::resource([path, with_slash]).to(answer).register(config);
    }
}
