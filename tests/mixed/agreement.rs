use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use tallymark_tests::exposition::{Family, values};

use crate::handlers::series;
use crate::{scrape, theirs};

/// Of what Python's processes wrote, what is exposed is what Python's client collects; returns how many
/// families that are.
pub(crate) fn assert_agree(address: SocketAddr, directory: &Path) -> usize {
    let (mut ours, theirs) = (scrape(address), theirs::collect(directory));
    ours.retain(|family| theirs.iter().any(|other| other.name == family.name));
    assert_eq!(described(&ours), described(&theirs));
    let families = theirs.len();
    let [ours, theirs] = [ours, theirs].map(|families| {
        let mut samples = values(&families);
        // Of these Rust's processes counted some, or all.
        samples.retain(|sample, _| ![series("/deploy"), series("/rollback")].contains(sample));
        samples
    });
    let [names, wanted] = [&ours, &theirs].map(|samples| samples.keys().collect::<Vec<_>>());
    assert_eq!(names, wanted);
    for (series, wanted) in theirs {
        let found = ours[&series];
        // Floats add up to another one in another order.
        let within = if series.name.ends_with("_sum") { wanted.abs() * 1e-12 } else { 0.0 };
        assert!((found - wanted).abs() <= within, "{series:?} is {found} and not {wanted}");
    }
    families
}

/// The families with their kinds and helps.
fn described(families: &[Family]) -> BTreeMap<&str, (&str, &str)> {
    families.iter().map(|family| (&*family.name, (&*family.kind, &*family.help))).collect()
}
