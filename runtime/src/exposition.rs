//! A snapshot in the formats that a scraper reads.

mod format;
mod names;
mod text;

use bytes::Bytes;

#[expect(unused_imports, reason = "for the endpoint")]
pub(crate) use self::format::{Escaping, Format};
#[expect(unused_imports, reason = "for the endpoint")]
pub(crate) use self::names::Names;
pub use self::text::TEXT_CONTENT_TYPE;
use crate::registry::Registry;

/// The families of these names in a format, as pieces that follow each other.
#[expect(dead_code, reason = "for the endpoint")]
pub(crate) fn expose(registry: &Registry, _format: Format, _names: &Names) -> Vec<Bytes> {
    vec![registry.gather_text().into()]
}

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
