//! The dead, one batch after the other: they are read, added up, and, when that is written, removed.

use std::mem::take;

use super::archive::{Archive, Unwritten};
use super::source::{Opened, Source};
use crate::file::Directory;

/// So many bytes are read at once, and one file more: no more than stay near the processor.
const BYTES: usize = 1 << 20;

/// Some of the dead, as they were read.
#[derive(Debug, Default)]
struct Batch<'a> {
    /// Which they are: those that could be read. The others are left for another time.
    opened: Vec<&'a Opened>,
    sources: Vec<Source>,
    bytes: usize,
}

/// Adds all of the dead to an archive, and removes their files.
///
/// # Errors
///
/// If it cannot be written. Then it is as it was written last.
pub(super) fn absorb_all(
    mut archive: Archive,
    directory: &Directory,
    living: &[Source],
    dead: &[Opened],
) -> Result<Archive, Unwritten> {
    let mut buffers = Vec::new();
    let mut batch = Batch::default();
    for (at, opened) in dead.iter().enumerate() {
        batch.read(directory, opened, &mut buffers);
        if batch.bytes >= BYTES || at + 1 == dead.len() {
            let Batch { opened, sources, .. } = take(&mut batch);
            let identities = opened.iter().map(|opened| opened.header.identity).collect();
            (archive, buffers) = archive.absorb(directory, living, identities, sources)?;
            for opened in opened {
                if directory.remove(&opened.name) {
                    archive.is_removed(opened.header.identity);
                }
            }
        }
    }
    Ok(archive)
}

impl<'a> Batch<'a> {
    fn read(&mut self, directory: &Directory, opened: &'a Opened, buffers: &mut Vec<Vec<u8>>) {
        if let Ok(source) = opened.read(directory, buffers.pop().unwrap_or_default()) {
            self.bytes += source.as_ref().map_or(0, |source| source.bytes.len());
            self.opened.push(opened);
            self.sources.extend(source);
        }
    }
}
