//! Adding up files that are in memory, for the fuzz target that does nothing else.

use super::building::Purpose;
use super::kept::archive_of;
use super::plan::Plan;
use super::source::Source;
use crate::file::{Header, Identity, LONGEST, Sort};

/// Reads files as those of processes that are alive or not, and as an archive, folds those that are gone,
/// and adds everything up; twice, as two scrapes do.
///
/// # Panics
///
/// If the second one comes to something else.
pub(crate) fn add_up(files: &[(bool, &[u8])]) {
    let source = |(alive, bytes): &(bool, &[u8])| {
        let header = Header::of(bytes).ok()?;
        let fits = header.length() <= bytes.len().min(LONGEST);
        fits.then(|| Source { header, alive: *alive, bytes: bytes.to_vec(), torn: false })
    };
    let sources: Vec<Source> = files.iter().filter_map(source).collect();
    let (living, gone) = sources.into_iter().partition::<Vec<_>, _>(|source| source.alive);
    let first = read(fold(gone, &living), &living);
    let Some(archive) = first.2 else { return };
    let second = read(fold(vec![archive], &living), &living);
    assert_eq!((first.0, first.1), (second.0, second.1), "in the archive of the archive");
}

fn fold(gone: Vec<Source>, living: &[Source]) -> Option<Source> {
    let header = Header::new(Sort::Archive, Identity::default(), Identity::default());
    let bytes = archive_of(&gone, living, &header, &[]);
    let header = Header::of(&bytes).ok()?;
    Some(Source { header, alive: true, bytes, torn: false })
}

/// What is exposed, as samples and by name.
fn read(archive: Option<Source>, living: &[Source]) -> (Vec<u64>, Vec<String>, Option<Source>) {
    let copy = |source: &Source| Source {
        header: source.header.clone(),
        alive: source.alive,
        bytes: source.bytes.clone(),
        torn: source.torn,
    };
    let sources: Vec<Source> = archive.iter().chain(living).map(copy).collect();
    let mut plan = Plan::new(&sources, Purpose::Exposition);
    let values = plan.values(&sources);
    let again = plan.values(&sources);
    assert_eq!(values.samples, again.samples, "by the same plan");
    let names = plan.families.iter().map(|family| format!("{} {:?}", family.name, family.kind));
    (values.samples, names.collect(), archive)
}
