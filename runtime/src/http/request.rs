use std::time::Duration;

use super::{coding, query};
use crate::exposition::Names;

/// What a scraper asked: the parts of an HTTP request that matter to a scrape.
///
/// It is made from the request of whichever server there is.
///
/// ```
/// use tallymark::ScrapeRequest;
///
/// let headers = [("Accept", &b"text/plain"[..]), ("Accept-Encoding", b"gzip")];
/// let request = ScrapeRequest::new("GET", Some("name[]=up"), headers);
/// # let _ = request;
/// ```
#[derive(Clone)]
pub struct ScrapeRequest {
    pub(super) method: String,
    query: Option<String>,
    /// Of the headers that matter, those in text.
    headers: Vec<(&'static str, String)>,
}

/// The headers that matter.
const KNOWN: [&str; 6] =
    [ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, IF_NONE_MATCH, FOR_A_PAGE, TIMEOUT];
pub(super) const ACCEPT: &str = "accept";
pub(super) const ACCEPT_ENCODING: &str = "accept-encoding";
pub(crate) const AUTHORIZATION: &str = "authorization";
pub(crate) const IF_NONE_MATCH: &str = "if-none-match";
/// What the live page of another instance asks for.
pub(crate) const FOR_A_PAGE: &str = "x-tallymark-page";
const TIMEOUT: &str = "x-prometheus-scrape-timeout-seconds";

impl ScrapeRequest {
    /// Whether it takes gzip, and would not rather have the text as it is.
    pub(crate) fn takes_gzip(&self) -> bool {
        coding::takes_gzip(self.list(ACCEPT_ENCODING).as_deref())
    }

    /// The request of that method, with the query behind the `?` of its target and its headers, of
    /// which the names may be in any case. What is no UTF-8 is as if it were not there.
    pub fn new<'a>(
        method: &str,
        query: Option<&str>,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Self {
        let known = headers.into_iter().filter_map(|(name, value)| {
            let known = KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
            Some((known, std::str::from_utf8(value).ok()?.to_owned()))
        });
        let (method, query) = (method.to_owned(), query.map(str::to_owned));
        Self { method, query, headers: known.collect() }
    }

    /// The values of a header that is a list, from all lines that it was sent in (RFC 9110, section
    /// 5.3); nothing, if it was not sent.
    pub(crate) fn list(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.all(name).collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// The value of a header that can be sent once; nothing, if it was sent twice.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        let mut all = self.all(name);
        let first = all.next();
        first.filter(|_| all.next().is_none())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.headers.iter().filter(move |(known, _)| *known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The metrics that it asks for.
    pub(crate) fn names(&self) -> Names {
        query::names(self.query.as_deref())
    }

    /// How long the scraper waits for the answer, if it says so: Prometheus does.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        let seconds: f64 = self.one(TIMEOUT)?.trim().parse().ok()?;
        // Nonsense is as if it were not there.
        Duration::try_from_secs_f64(seconds).ok().filter(|timeout| !timeout.is_zero())
    }
}

impl std::fmt::Debug for ScrapeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the headers, in which credentials are.
        let Self { method, query, headers: _ } = self;
        f.debug_struct("ScrapeRequest")
            .field("method", method)
            .field("query", query)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> ScrapeRequest {
        let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
        ScrapeRequest::new("GET", None, headers)
    }

    #[test]
    fn headers_are_found_in_any_case_and_lists_are_joined() {
        let request = request(&[("ACCEPT", "a"), ("X-Other", "x"), ("accept", "b, c")]);
        assert_eq!(request.list(ACCEPT).as_deref(), Some("a,b, c"));
        assert_eq!((request.one(ACCEPT), request.list(ACCEPT_ENCODING)), (None, None));
    }

    #[test]
    fn what_is_no_text_is_not_there() {
        let request = ScrapeRequest::new("GET", None, [("Accept", &[0xff][..])]);
        assert_eq!(request.list(ACCEPT), None);
    }

    #[test]
    fn timeouts_that_are_none_are_not_there() {
        let timeout =
            |value: &str| request(&[("X-Prometheus-Scrape-Timeout-Seconds", value)]).timeout();
        assert_eq!(timeout("10.500000"), Some(Duration::from_millis(10_500)));
        for nonsense in ["", "x", "-1", "0", "NaN", "inf", "1e400", "1e300"] {
            assert_eq!(timeout(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        assert!(
            !format!("{:?}", request(&[("Authorization", "Bearer s3cret")])).contains("s3cret")
        );
    }
}
