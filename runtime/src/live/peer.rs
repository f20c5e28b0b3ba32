use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use form_urlencoded::Serializer;
use ureq::Agent;
use ureq::http::Uri;

use super::error::PeerError;
use crate::exposition::{Names, TEXT_CONTENT_TYPE};
use crate::http::{
    AUTHORIZATION, Exposition, FOR_A_PAGE, Permits, REGISTRY, ScrapeBody, ScrapeRequest,
    ScrapeResponse,
};

/// Another instance, whose metrics are asked for.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// `host:port`.
    pub(super) name: String,
    url: String,
}

/// How a registry's pages ask their peers.
#[derive(Debug)]
pub(super) struct Asking {
    agent: Agent,
    /// What is asked of them, all together.
    under_way: Arc<Permits>,
}

/// What a peer answered.
struct Said {
    text: Bytes,
    /// The identity of its registry.
    registry: Option<String>,
}

/// Why there is nothing to show of a peer.
enum Failure {
    /// It is a page that is asked for, by another or by itself.
    Page,
    Busy,
    Late,
    Refused(u16),
    Large,
    Unreachable(ureq::Error),
}

/// The most that is read of an answer, in bytes.
const LARGEST: u64 = 4 << 20;

impl Peer {
    pub(super) fn new(url: &str) -> Result<Self, PeerError> {
        let error = |problem| PeerError::Url { url: url.to_owned(), problem };
        let uri: Uri = url.parse().map_err(|_| error("give the URL of its metrics"))?;
        let authority = uri.authority().ok_or_else(|| error("give the whole URL"))?;
        if uri.scheme_str() != Some("http") {
            return Err(error("give one that begins with http://"));
        }
        if authority.as_str().contains('@') {
            return Err(error("the browser sends the credentials; give it without"));
        }
        let host = authority.host();
        let port = match authority.as_str().strip_prefix(host) {
            Some("") => Some(80),
            Some(port) => port.strip_prefix(':').and_then(|port| port.parse::<u16>().ok()),
            None => None,
        };
        let port =
            port.filter(|_| !host.is_empty()).ok_or_else(|| error("give its host and port"))?;
        let name = format!("{host}:{port}");
        Ok(Self { name, url: uri.to_string() })
    }

    /// Asks for what the request does, with its credentials, and answers with that.
    pub(super) fn answer(
        &self,
        exposition: &Exposition,
        request: &ScrapeRequest,
        most: usize,
        within: Duration,
    ) -> ScrapeResponse {
        match self.ask(exposition, request, most, within) {
            Err(failure) => {
                tracing::debug!(peer = self.name, "nothing is known of a peer: {failure}");
                failure.answer()
            }
            Ok(response) => response,
        }
    }

    fn ask(
        &self,
        exposition: &Exposition,
        request: &ScrapeRequest,
        most: usize,
        within: Duration,
    ) -> Result<ScrapeResponse, Failure> {
        let asking = exposition.registry.attached::<Asking>();
        let patience = exposition.patience(request);
        let permit = asking.under_way.permit(most, patience, Instant::now());
        let permit = permit.ok_or(Failure::Busy)?;
        // Nobody who asks for nothing is told what is meant for somebody else.
        let authorization = request.one(AUTHORIZATION).filter(|_| exposition.is_guarded());
        let said = asking.ask(&self.url(&request.names()), authorization, within)?;
        let body = ScrapeBody::new(vec![said.text], Some(permit));
        let mut response = ScrapeResponse { status: 200, headers: Vec::new(), body };
        response.insert("content-type", TEXT_CONTENT_TYPE);
        response.secure();
        if let Some(registry) = said.registry {
            response.insert(REGISTRY, registry);
        }
        Ok(response)
    }

    fn url(&self, names: &Names) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(names.iter().map(|name| ("name[]", name)));
        let query = query.finish();
        let mark = match (query.is_empty(), self.url.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        format!("{}{mark}{query}", self.url)
    }
}

impl Default for Asking {
    fn default() -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // It would be another one that is asked then.
            .max_redirects(0)
            .proxy(None)
            // One that is kept may have been that of a process which is gone.
            .max_idle_connections(0)
            .accept(TEXT_CONTENT_TYPE)
            .accept_encoding("identity")
            .user_agent("tallymark")
            .build()
            .into();
        Self { agent, under_way: Arc::default() }
    }
}

impl Asking {
    fn ask(
        &self,
        url: &str,
        authorization: Option<&str>,
        within: Duration,
    ) -> Result<Said, Failure> {
        let mut asked = self.agent.get(url).header(FOR_A_PAGE, "1");
        if let Some(authorization) = authorization {
            asked = asked.header(AUTHORIZATION, authorization);
        }
        let mut answer = asked.config().timeout_global(Some(within)).build().call()?;
        match answer.status().as_u16() {
            200 => {}
            508 => return Err(Failure::Page),
            status => return Err(Failure::Refused(status)),
        }
        let registry = answer.headers().get(REGISTRY).and_then(|id| id.to_str().ok());
        let registry = registry.map(str::to_owned);
        let text = answer.body_mut().with_config().limit(LARGEST).read_to_vec()?.into();
        Ok(Said { text, registry })
    }
}

impl From<ureq::Error> for Failure {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::Late,
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Self::Late,
            ureq::Error::BodyExceedsLimit(_) => Self::Large,
            error => Self::Unreachable(error),
        }
    }
}

impl Failure {
    /// What the page is told, which need not know more.
    fn answer(&self) -> ScrapeResponse {
        match self {
            Self::Page => ScrapeResponse::text(502, "its URL is that of a page\n"),
            Self::Busy => {
                let mut response = ScrapeResponse::text(429, "too many peers are being asked\n");
                response.insert("retry-after", "1");
                response
            }
            Self::Late => ScrapeResponse::text(504, "it did not answer in time\n"),
            Self::Refused(status) => {
                ScrapeResponse::text(502, format!("it answered with status {status}\n"))
            }
            Self::Large => ScrapeResponse::text(502, "its answer is too large\n"),
            Self::Unreachable(_) => ScrapeResponse::text(502, "it cannot be reached\n"),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page => f.write_str("its URL is that of a page"),
            Self::Busy => f.write_str("too many requests are under way"),
            Self::Late => f.write_str("it did not answer in time"),
            Self::Refused(status) => write!(f, "it answered with status {status}"),
            Self::Large => write!(f, "its answer has more than {LARGEST} bytes"),
            Self::Unreachable(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_called_by_host_and_port() {
        for (url, name) in [
            ("http://10.0.0.2:8080/metrics", "10.0.0.2:8080"),
            ("http://web-2/metrics?x=y", "web-2:80"),
            ("HTTP://[::1]:9464", "[::1]:9464"),
        ] {
            assert_eq!(Peer::new(url).expect(url).name, name);
        }
    }

    #[test]
    fn what_is_no_url_of_metrics_is_refused() {
        for url in [
            "",
            "/metrics",
            "10.0.0.2:8080",
            "10.0.0.2:8080/metrics",
            "https://10.0.0.2/metrics",
            "ftp://10.0.0.2/metrics",
            "http://",
            "http:///metrics",
            "http://:8080/metrics",
            "http://10.0.0.2:/metrics",
            "http://10.0.0.2:99999/metrics",
            "http://ops:s3cret@10.0.0.2/metrics",
            "http://a b/metrics",
        ] {
            let error = Peer::new(url).expect_err(url).to_string();
            assert!(error.contains("http://10.0.0.2:8080/metrics"), "{error}");
        }
    }

    #[test]
    fn names_are_added_to_a_query_that_is_there() {
        let url = |url: &str, names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Peer::new(url).expect(url).url(&Names::new(names))
        };
        assert_eq!(url("http://a/m", &[]), "http://a/m");
        assert_eq!(url("http://a/m", &["x&y", "z"]), "http://a/m?name%5B%5D=x%26y&name%5B%5D=z");
        assert_eq!(url("http://a/m?b=c", &["x"]), "http://a/m?b=c&name%5B%5D=x");
    }
}
