//! A snapshot in the formats that a scraper reads.

mod encode;
mod format;
mod kept;
mod names;
mod protobuf;
mod text;

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use self::encode::Encode;
pub(crate) use self::format::{Escaping, Format};
use self::kept::Kept;
pub(crate) use self::names::Names;
use self::protobuf::Protobuf;
pub use self::text::TEXT_CONTENT_TYPE;
use self::text::Text;
use crate::registry::Registry;
use crate::snapshot::Snapshot;

/// What was exposed of a registry, in each format that is asked for.
#[derive(Debug, Default)]
struct Exposed {
    formats: Mutex<[Kept; 3]>,
}

/// The families of these names in a format, as pieces that follow each other.
pub(crate) fn expose(registry: &Registry, format: Format, names: Names) -> Vec<Bytes> {
    let exposed = registry.attached::<Exposed>();
    registry.gather_again(move |snapshot| exposed.expose(snapshot, format, &names))
}

impl Exposed {
    fn expose(&self, snapshot: &Snapshot<'_>, format: Format, names: &Names) -> Vec<Bytes> {
        // Nothing of the user's runs while it is locked.
        let mut formats = self.formats.lock().unwrap_or_else(PoisonError::into_inner);
        let [text, open_metrics, protobuf] = &mut *formats;
        match format {
            Format::Text | Format::Text1 => expose_in(&Text::Prometheus, text, snapshot, names),
            Format::OpenMetrics => {
                let mut all = expose_in(&Text::OpenMetrics, open_metrics, snapshot, names);
                all.push(Bytes::from_static(b"# EOF\n"));
                all
            }
            Format::Protobuf => expose_in(&Protobuf, protobuf, snapshot, names),
        }
    }
}

/// Exposes with what is kept, unless it is a part of all: that is not kept.
fn expose_in(
    encoder: &impl Encode,
    kept: &mut Kept,
    snapshot: &Snapshot<'_>,
    names: &Names,
) -> Vec<Bytes> {
    let mut apart = Kept::default();
    let kept = if names.are_all() { kept } else { &mut apart };
    kept.expose(encoder, snapshot, |family| names.admit(family.name, family.kind))
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
        let exposed = self.attached::<Exposed>();
        let names = Names::default();
        let text = self.gather(|snapshot| exposed.expose(snapshot, Format::Text, &names)).concat();
        // It is made of texts, and so is one.
        String::from_utf8(text).unwrap_or_default()
    }
}
