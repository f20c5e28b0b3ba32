use bytes::Bytes;

use super::body::ScrapeBody;

/// The answer to a scrape, for whichever server there is.
#[derive(Debug)]
pub struct ScrapeResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: ScrapeBody,
}

impl ScrapeResponse {
    /// A short text for who looks at the answer.
    pub(crate) fn text(status: u16, text: impl Into<Bytes>) -> Self {
        Self::of_kind(status, "text/plain; charset=utf-8", text.into())
    }

    fn of_kind(status: u16, kind: &'static str, body: Bytes) -> Self {
        let body = ScrapeBody::new(vec![body], None);
        let mut response = Self { status, headers: Vec::new(), body };
        response.insert("content-type", kind);
        response.secure();
        response
    }

    /// A JSON document.
    #[cfg(any(all(feature = "actix", feature = "dashboards"), feature = "live"))]
    pub(crate) fn json(json: impl Into<Bytes>) -> Self {
        Self::of_kind(200, "application/json", json.into())
    }

    /// The scraper's time is over, or there are too many of them.
    pub(crate) fn unavailable(text: &'static str) -> Self {
        let mut response = Self::text(503, text);
        response.insert("retry-after", "1");
        response
    }

    /// What all answers have: they are of this moment, and no page whatever is in them.
    pub(crate) fn secure(&mut self) {
        self.insert("cache-control", "no-store");
        self.insert("x-content-type-options", "nosniff");
    }

    pub(crate) fn insert(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.push((name, value.into()));
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers, their names in small letters. A name may be there more than once.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.headers.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The body. To `HEAD` it is not sent, by servers that know HTTP; the `content-length` is its
    /// length.
    #[must_use]
    pub fn into_body(self) -> ScrapeBody {
        self.body
    }
}
