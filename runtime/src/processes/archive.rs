//! What processes counted that are gone, in one file.
//!
//! Who finds dead processes adds them to it, with the right to fold. The archive names those whose
//! counts it has, so that a file that is still there is not counted twice; when it takes the place of
//! the one before, in one step, they are absorbed, and not a moment earlier. Only then are their files
//! removed.

use std::collections::HashSet;
use std::ffi::CString;
use std::io;

use rustix::io::pwrite;

use super::folding::absorb_all;
use super::kept::archive_of;
use super::source::{self, Opened, Source};
use crate::file::{
    self, Damage, Directory, Found, Header, Identity, LONGEST, Reason, Sort, report,
};

/// The archive of a directory, as it was read last.
#[derive(Debug)]
pub(super) struct Archive {
    /// None, where there is none.
    source: Option<Source>,
    /// Those that it names.
    absorbed: HashSet<Identity>,
    /// Those that it names no more, since their files are removed: whoever asked for them before that
    /// still has to know.
    removed: HashSet<Identity>,
    life: (Identity, Identity),
    /// How often it was written, which is known of one that makes no sense, too.
    generation: u64,
}

/// An archive that could not be written, as it was.
#[derive(Debug)]
pub(super) struct Unwritten {
    pub(super) archive: Box<Archive>,
    pub(super) error: io::Error,
}

/// How often the archive of a directory was written in this life.
pub(super) fn generation(directory: &Directory, life: (Identity, Identity)) -> u64 {
    let header = directory.read_archive().ok().and_then(|file| source::read_header(file).ok());
    let header = header.filter(|header| is_archive_of(header, life));
    header.map_or(0, |header| header.generation)
}

fn is_archive_of(header: &Header, (life, boot): (Identity, Identity)) -> bool {
    header.is_of(life, boot) && header.sort == Sort::Archive
}

/// Whether a life goes on.
pub(super) fn goes_on(directory: &Directory, life: Identity) -> bool {
    file::life(directory).is_ok_and(|now| now.unwrap_or_default() == life)
}

impl Archive {
    /// The archive of this life, which may be the one that was read before.
    ///
    /// # Errors
    ///
    /// If the system does not let it be read. Without it there is nothing to be said of all processes.
    pub(super) fn read(
        directory: &Directory,
        before: Option<Self>,
        life: (Identity, Identity),
    ) -> io::Result<Self> {
        let (absorbed, removed) = (HashSet::new(), HashSet::new());
        let mut none = Self { source: None, absorbed, removed, life, generation: 0 };
        let file = match directory.read_archive() {
            Ok(file) => file,
            Err(error) if is_none(&error) => return Ok(none),
            Err(error) => return Err(unread(&error)),
        };
        let header = match source::read_header(&file) {
            Ok(header) if is_archive_of(&header, life) => header,
            Ok(_) => return Ok(none),
            Err(Damage::Unread) => return Err(unread(&"an error of the system")),
            Err(_) => {
                report(Reason::Archive, &"the archive makes no sense; what it held is lost");
                return Ok(none);
            }
        };
        if let Some(before) = before
            && before.source.as_ref().is_some_and(|source| source.header == header)
        {
            return Ok(before);
        }
        none.generation = header.generation;
        let mut bytes = Vec::new();
        match source::read_all(&file, &header, &mut bytes) {
            Ok(()) => {}
            Err(Damage::Unread) => return Err(unread(&"an error of the system")),
            Err(_) => {
                report(Reason::Archive, &"the archive ends too early; what it held is lost");
                return Ok(none);
            }
        }
        let source = Source { header, alive: true, bytes, torn: false };
        let Some(contents) = source.contents() else { return Ok(none) };
        let absorbed = contents.absorbed.into_iter().collect();
        Ok(Self { source: Some(source), absorbed, ..none })
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// For how long those that it absorbed had a processor.
    pub(super) fn cpu_ns(&self) -> u64 {
        self.source.as_ref().map_or(0, |source| source.header.cpu_ns)
    }

    /// Whether it has the counts of a process.
    pub(super) fn has(&self, identity: Identity) -> bool {
        self.absorbed.contains(&identity) || self.removed.contains(&identity)
    }

    /// What was read of it, to be put back.
    pub(super) const fn source(&mut self) -> &mut Option<Source> {
        &mut self.source
    }

    /// Adds what the dead counted, if nobody else does just now, and removes their files, with those
    /// that are of no use to anybody. Of what the dead contradict each other in that is kept which
    /// agrees with the living. None, if it is another archive by now, or another life: then the dead may
    /// be in it, or nobody's concern any more.
    ///
    /// # Errors
    ///
    /// If it cannot be written. Then it is as it was, or as it was written last.
    pub(super) fn fold(
        self,
        directory: &Directory,
        living: &[Opened],
        dead: &[Opened],
        stale: &[CString],
    ) -> Result<Option<Self>, Unwritten> {
        let lock = match directory.try_fold() {
            Ok(Some(lock)) => lock,
            Ok(None) => return Ok(Some(self)),
            Err(error) => return Err(Unwritten { archive: Box::new(self), error }),
        };
        // From here on it is nobody else's to write.
        let same = generation(directory, self.life) == self.generation();
        if !same || !goes_on(directory, self.life.0) {
            return Ok(None);
        }
        let there = match directory.list() {
            Ok(there) => there,
            Err(error) => return Err(Unwritten { archive: Box::new(self), error }),
        };
        let files: HashSet<Identity> = there.iter().filter_map(identity).collect();
        for name in stale {
            directory.remove(name);
        }
        let mut archive = self;
        // Of those that it has only the ones have to be known whose files are still there.
        archive.absorbed.retain(|identity| files.contains(identity));
        archive.removed.clear();
        for found in &there {
            if let Found::Process(name) = found
                && identity(found).is_some_and(|identity| archive.has(identity))
            {
                directory.remove(name);
            }
        }
        if !dead.is_empty() {
            archive = absorb_all(archive, directory, &read(directory, living), dead)?;
        }
        drop(lock);
        Ok(Some(archive))
    }

    /// The file of one that it has is removed.
    pub(super) fn is_removed(&mut self, identity: Identity) {
        self.absorbed.remove(&identity);
        self.removed.insert(identity);
    }

    /// Adds some of the dead; returns their memory too.
    pub(super) fn absorb(
        self,
        directory: &Directory,
        living: &[Source],
        identities: Vec<Identity>,
        sources: Vec<Source>,
    ) -> Result<(Self, Vec<Vec<u8>>), Unwritten> {
        if identities.is_empty() {
            return Ok((self, Vec::new()));
        }
        let Self { source: before, absorbed, removed, life, generation } = self;
        let known = absorbed.iter().copied().chain(identities).collect();
        let sources: Vec<Source> = before.into_iter().chain(sources).collect();
        let mut new = Header::new(Sort::Archive, life.0, life.1);
        new.generation = generation.saturating_add(1);
        new.cpu_ns = sources.iter().map(Source::cpu_ns).fold(0, u64::saturating_add);
        let written = write(directory, &sources, living, &new, &known);
        match written {
            Ok(source) => {
                let buffers = sources.into_iter().map(|source| source.bytes).collect();
                let generation = new.generation;
                let source = Some(source);
                let archive = Self { source, absorbed: known, removed, life, generation };
                Ok((archive, buffers))
            }
            Err(error) => {
                let source = sources.into_iter().find(Source::is_archive);
                let archive = Self { source, absorbed, removed, life, generation };
                Err(Unwritten { archive: Box::new(archive), error })
            }
        }
    }
}

/// Whether it says that there is none.
fn is_none(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidData)
}

fn unread(problem: &dyn std::fmt::Display) -> io::Error {
    io::Error::other(format!("the archive cannot be read: {problem}"))
}

/// Whose file it is, if it is a process's.
fn identity(found: &Found) -> Option<Identity> {
    let Found::Process(name) = found else { return None };
    file::identity_of(name)
}

/// What processes have written so far that makes sense.
fn read(directory: &Directory, opened: &[Opened]) -> Vec<Source> {
    let sources = opened.iter().filter_map(|opened| opened.read(directory, Vec::new()).ok()?);
    sources.filter(|source| source.contents().is_some()).collect()
}

/// Writes an archive of what some files hold, beside the living.
fn write(
    directory: &Directory,
    sources: &[Source],
    living: &[Source],
    header: &Header,
    absorbed: &HashSet<Identity>,
) -> io::Result<Source> {
    let mut absorbed: Vec<Identity> = absorbed.iter().copied().collect();
    absorbed.sort_unstable();
    // One that is made anew, with the same number, is another one.
    let identity = Identity::random()?;
    let mut header = header.clone();
    header.identity = identity;
    let bytes = archive_of(sources, living, &header, &absorbed);
    if bytes.len() > LONGEST {
        // Nobody would read it.
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let (file, name) = directory.begin(identity)?;
    let written = write_all(&file, &bytes).and_then(|()| directory.finish_archive(&name));
    if let Err(error) = written {
        directory.remove(&name);
        return Err(error);
    }
    let header = Header::of(&bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Source { header, alive: true, bytes, torn: false })
}

fn write_all(file: &std::os::fd::OwnedFd, bytes: &[u8]) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        match pwrite(file, &bytes[written..], written as u64)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            more => written += more,
        }
    }
    Ok(())
}
