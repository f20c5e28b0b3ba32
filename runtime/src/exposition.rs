//! A snapshot in the formats that a scraper reads.

mod text;

pub use self::text::TEXT_CONTENT_TYPE;
use crate::registry::Registry;

impl Registry {
    /// Everything that this registry exposes, in the text format.
    ///
    /// Serve it with [`TEXT_CONTENT_TYPE`].
    ///
    /// The format is that of the Prometheus documentation, "Exposition formats". Families stand in
    /// the order of their names and series in that of their label values.
    #[must_use]
    pub fn gather_text(&self) -> String {
        self.gather(text::encode)
    }
}
