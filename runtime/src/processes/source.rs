//! The file of one process, as it is read.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::LazyLock;

use rustix::io::{Errno, pread};
use rustix::process::{Resource, getrlimit};

use crate::file::{
    Contents, Damage, Directory, Header, LONGEST, Reason, Sort, identity_of, is_alive, report,
};

/// A file that was opened, and of which is known whether its process is alive.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) name: CString,
    pub(super) alive: bool,
    pub(super) header: Header,
    /// Of the first ones; the others are opened again when they are read.
    file: Option<OwnedFd>,
}

/// A file was removed that had to be read, since somebody folded it; or it cannot be read just now.
#[derive(Debug)]
pub(super) struct Gone;

/// All that was read of a file.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) header: Header,
    pub(super) alive: bool,
    pub(super) bytes: Vec<u8>,
    /// It was written to all the while it was read, and may speak of what comes behind it.
    pub(super) torn: bool,
}

/// So much memory is had without asking how long a file is.
const LITTLE: usize = 64 << 10;

/// How often a file is read again that changes meanwhile.
const TRIES: usize = 8;

/// How many files are open at once: there may be far more of the dead than a process may have open.
static OPEN: LazyLock<usize> = LazyLock::new(|| {
    let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    usize::try_from(most / 8).unwrap_or(usize::MAX).min(4_096)
});

impl Opened {
    /// Opens one, beside so many.
    ///
    /// # Errors
    ///
    /// If no more files can be opened, and so nobody knows what is in it.
    pub(super) fn new(
        directory: &Directory,
        name: CString,
        others: usize,
    ) -> io::Result<Option<Self>> {
        let file = match directory.read(&name) {
            Ok(file) => file,
            // Folded and removed in this moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if is_shortage(&error) => return Err(error),
            Err(error) => {
                let name = name.to_string_lossy();
                report(Reason::Foreign, &format_args!("{name}: {error}"));
                return Ok(None);
            }
        };
        // First, since what it counts until it ends must not be missed: the file is read later.
        let alive = is_alive(&file);
        match own_header(&file, &name) {
            Ok(header) => {
                let file = (others < *OPEN).then_some(file);
                Ok(Some(Self { name, alive, header, file }))
            }
            Err(damage) => {
                tell(&name, damage);
                Ok(None)
            }
        }
    }

    /// Reads it into a buffer; nothing, if it makes no sense.
    pub(super) fn read(
        &self,
        directory: &Directory,
        bytes: Vec<u8>,
    ) -> Result<Option<Source>, Gone> {
        if let Some(file) = &self.file {
            return self.read_from(file, bytes);
        }
        let file = directory.read(&self.name).map_err(|_| Gone)?;
        self.read_from(&file, bytes)
    }

    fn read_from(&self, file: &OwnedFd, mut bytes: Vec<u8>) -> Result<Option<Source>, Gone> {
        let mut header = self.header.clone();
        let mut torn = true;
        for left in (0..TRIES).rev() {
            if let Err(damage) = read_all(file, &header, &mut bytes) {
                tell(&self.name, damage);
                return if damage == Damage::Unread { Err(Gone) } else { Ok(None) };
            }
            if !self.alive {
                // Nobody writes to it any more.
                torn = false;
                break;
            }
            // What is in one place may have been something else when another one was read.
            // And who counts in another file from now on has taken the header from this one.
            let after = match read_header(file) {
                Ok(after) => after,
                Err(Damage::Unread) => return Err(Gone),
                Err(_) => return Ok(None),
            };
            torn = (after.changes, after.length()) != (header.changes, header.length());
            // What was read is of no later header than the one before it.
            if !torn || left == 0 {
                break;
            }
            header = after;
        }
        Ok(Some(Source { header, alive: self.alive, bytes, torn }))
    }
}

impl Source {
    /// What stands in it; nothing, if that is nonsense.
    pub(super) fn contents(&self) -> Option<Contents<'_>> {
        match Contents::read(&self.header, &self.bytes, self.torn) {
            Ok(contents) => Some(contents),
            Err(damage) => {
                tell(&CString::default(), damage);
                None
            }
        }
    }

    /// For how long it has had a processor, as it was known when it was read.
    pub(super) fn cpu_ns(&self) -> u64 {
        Header::of(&self.bytes).map_or(self.header.cpu_ns, |header| header.cpu_ns)
    }

    pub(super) fn is_archive(&self) -> bool {
        self.header.sort == Sort::Archive
    }
}

/// Whether it says that just now nothing can be read, and nothing of what is in the file.
pub(super) fn is_shortage(error: &io::Error) -> bool {
    let shortages = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::INTR, Errno::IO];
    shortages.iter().any(|shortage| error.raw_os_error() == Some(shortage.raw_os_error()))
}

/// The name of a file that nobody is going to finish.
pub(super) fn is_left(directory: &Directory, name: CString) -> Option<CString> {
    let file = directory.read(&name).ok()?;
    (!is_alive(&file)).then_some(name)
}

fn tell(name: &CString, damage: Damage) {
    let (reason, problem) = match damage {
        Damage::Truncated => (Reason::Truncated, "ends too early"),
        Damage::Corrupt => (Reason::Corrupt, "makes no sense"),
        Damage::Foreign => (Reason::Foreign, "is no file of this library's"),
        Damage::Newer => (Reason::Newer, "is of a later version"),
        Damage::Unread => (Reason::Foreign, "cannot be read"),
    };
    report(reason, &format_args!("{} {problem}", name.to_string_lossy()));
}

/// The header of a process's file, whose name says whose it is: a copy, which has another one, would be
/// counted beside it.
fn own_header(file: impl AsFd, name: &CString) -> Result<Header, Damage> {
    let header = read_header(file)?;
    let is_own = header.sort == Sort::Process && identity_of(name) == Some(header.identity);
    if is_own { Ok(header) } else { Err(Damage::Foreign) }
}

pub(super) fn read_header(file: impl AsFd) -> Result<Header, Damage> {
    let mut bytes = [0; Header::LENGTH];
    let length = fill(file, &mut bytes, 0).map_err(|_| Damage::Unread)?;
    Header::of(&bytes[..length])
}

/// Reads a file up to where there is something to read.
pub(super) fn read_all(
    file: impl AsFd,
    header: &Header,
    bytes: &mut Vec<u8>,
) -> Result<(), Damage> {
    let length = header.length();
    if length > LONGEST {
        return Err(Damage::Corrupt);
    }
    // Not more memory than the file is long, whatever the header says, but for little.
    if length > LITTLE {
        let there = rustix::fs::fstat(file.as_fd()).map_err(|_| Damage::Unread)?.st_size;
        if u64::try_from(there).unwrap_or(0) < length as u64 {
            return Err(Damage::Truncated);
        }
    }
    bytes.resize(length, 0);
    let filled = fill(file, bytes, 0).map_err(|_| Damage::Unread)?;
    if filled < length { Err(Damage::Truncated) } else { Ok(()) }
}

/// Reads as many bytes as there are; returns how many.
pub(super) fn fill(file: impl AsFd, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match pread(file.as_fd(), &mut bytes[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(filled)
}
