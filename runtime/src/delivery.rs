//! What is sent to another server, and again until it is taken or its time is over.

mod address;
mod error;
mod pause;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::{Request, Response};
use ureq::{Agent, AsSendBody, Body};

pub(crate) use self::address::check as check_address;
pub use self::error::PushError;
use crate::http::Credentials;

/// More than that nobody says of what was sent.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// How requests are sent.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// How long one attempt may take.
    pub(crate) attempt: Duration,
    /// How long after the first attempt began others may be made, and go on.
    pub(crate) within: Duration,
    /// A file with the certificates that are trusted, in place of the public ones.
    pub(crate) authorities: Option<PathBuf>,
    pub(crate) credentials: Option<Arc<Credentials>>,
}

/// A request.
#[derive(Debug)]
pub(crate) struct Parcel<'a> {
    pub(crate) method: &'static str,
    pub(crate) url: &'a str,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: Option<&'a [u8]>,
    /// Whether it may be sent again after such a status.
    pub(crate) again_after: fn(u16) -> bool,
}

/// What became of one attempt that may be followed by another.
struct Problem {
    said: String,
    /// How long the server wants to be left alone.
    wait: Option<Duration>,
}

enum Attempt {
    Taken(Vec<u8>),
    Again(Problem),
    Failed(PushError),
}

impl Delivery {
    /// Sends a request until it is taken; returns the body of the answer.
    pub(crate) fn send(&self, mut parcel: Parcel<'_>) -> Result<Vec<u8>, PushError> {
        if let Some(credentials) = &self.credentials {
            let sent = credentials.authorization().ok_or(PushError::Credentials)?;
            parcel.headers.push(("authorization", sent));
        }
        let agent = self.agent()?;
        let start = Instant::now();
        let mut limit = self.attempt;
        for attempts in 1.. {
            let problem = match attempt(&agent, &parcel, limit) {
                Attempt::Taken(body) => return Ok(body),
                Attempt::Failed(error) => return Err(error),
                Attempt::Again(problem) => problem,
            };
            let pause = pause::before(attempts).max(problem.wait.unwrap_or_default());
            let left = self.within.saturating_sub(start.elapsed());
            if pause >= left {
                let last = problem.said;
                return Err(PushError::TimeOver { attempts, after: start.elapsed(), last });
            }
            tracing::debug!(url = parcel.url, attempts, ?pause, "sent again: {}", problem.said);
            std::thread::sleep(pause);
            limit = self.attempt.min(left.saturating_sub(pause));
        }
        // More than four thousand million attempts.
        Err(PushError::TimeOver { attempts: u32::MAX, after: start.elapsed(), last: String::new() })
    }

    fn agent(&self) -> Result<Agent, PushError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Credentials are for the server that was named, and for no other.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("tallymark/", env!("CARGO_PKG_VERSION")));
        #[cfg(feature = "https")]
        let config = match &self.authorities {
            Some(path) => config.tls_config(trusting(path)?),
            None => config,
        };
        #[cfg(not(feature = "https"))]
        if let Some(path) = &self.authorities {
            let problem = "certificates need the feature `https` of tallymark".to_owned();
            return Err(PushError::Setting { name: path.display().to_string(), problem });
        }
        Ok(config.build().into())
    }
}

#[cfg(feature = "https")]
fn trusting(path: &std::path::Path) -> Result<ureq::tls::TlsConfig, PushError> {
    use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

    let wrong = |problem: String| PushError::Setting { name: path.display().to_string(), problem };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()));
    }
    Ok(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build())
}

fn attempt(agent: &Agent, parcel: &Parcel<'_>, limit: Duration) -> Attempt {
    let answer = match parcel.body {
        Some(body) => run(agent, parcel, limit, body),
        None => run(agent, parcel, limit, ()),
    };
    let (head, mut body) = match answer {
        Ok(answer) => answer.into_parts(),
        Err(error) if may_pass(&error) => {
            return Attempt::Again(Problem { said: error.to_string(), wait: None });
        }
        Err(error) => return Attempt::Failed(PushError::Failed(error.to_string())),
    };
    let body = body.with_config().limit(LONGEST_ANSWER).read_to_vec().unwrap_or_default();
    let status = head.status.as_u16();
    if head.status.is_success() {
        return Attempt::Taken(body);
    }
    let refused = PushError::Refused { status, said: legible(&body) };
    if (parcel.again_after)(status) {
        let wait = head.headers.get("retry-after").and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|wait| pause::asked(wait, SystemTime::now()));
        return Attempt::Again(Problem { said: refused.to_string(), wait });
    }
    Attempt::Failed(refused)
}

fn run(
    agent: &Agent,
    parcel: &Parcel<'_>,
    limit: Duration,
    body: impl AsSendBody,
) -> Result<Response<Body>, ureq::Error> {
    let mut request = Request::builder().method(parcel.method).uri(parcel.url);
    for (name, value) in &parcel.headers {
        request = request.header(*name, value);
    }
    let request = request.body(body).map_err(ureq::Error::Http)?;
    agent.run(agent.configure_request(request).timeout_global(Some(limit)).build())
}

/// Whether it may be another time that there is no such error.
fn may_pass(error: &ureq::Error) -> bool {
    use ureq::Error::{ConnectProxyFailed, ConnectionFailed, HostNotFound, Io, Protocol, Timeout};

    // That is what TLS says of a certificate which nobody vouches for.
    if matches!(error, Io(error) if error.kind() == std::io::ErrorKind::InvalidData) {
        return false;
    }
    matches!(
        error,
        Io(_) | Timeout(_) | HostNotFound | ConnectionFailed | ConnectProxyFailed(_) | Protocol(_)
    )
}

/// What a server said, short and without what would break a log.
fn legible(body: &[u8]) -> String {
    const LONGEST: usize = 300;
    let text = String::from_utf8_lossy(body);
    let text = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    text.take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_does_not_break_a_log() {
        assert_eq!(legible(b" no\r\nERROR forged\x1b[0m \xff\n"), "no  ERROR forged [0m \u{fffd}");
        assert_eq!(legible(&[b'a'; 9_000]).len(), 300);
    }
}
