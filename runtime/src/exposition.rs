//! A snapshot in the formats that a scraper reads.

mod text;

pub(crate) use self::text::CONTENT_TYPE;
use crate::registry::Registry;

impl Registry {
    /// Everything that this registry exposes, in the text format (`text/plain; version=0.0.4`).
    ///
    /// The format is that of the Prometheus documentation, "Exposition formats". Families stand in
    /// the order of their names and series in that of their label values.
    #[must_use]
    pub fn gather_text(&self) -> String {
        text::encode(&self.gather())
    }
}
