//! The directory that processes share.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{self, AtFlags, FileType, FlockOperation, Gid, Mode, OFlags, Uid};
use rustix::io::{Errno, pwrite, retry_on_intr};
use rustix::process::geteuid;

use super::header::{Identity, at};

/// The longest file that is read, and the longest that is written.
pub(crate) const LONGEST: usize = if usize::BITS < 64 { 64 << 20 } else { 256 << 20 };

/// The lock of those who fold.
const FOLDING: &CStr = c"folding.lock";

/// The lock of the living, in which stands since when there are any.
pub(super) const LIVING: &CStr = c"living.lock";

/// The lock of who is about to take a number.
const NUMBERING: &CStr = c"numbering.lock";

const ARCHIVE: &CStr = c"archive.tally";

/// What is written before it is there begins like this.
const UNFINISHED: &str = ".unfinished-";

const PROCESS: &str = "process-";
const ENDING: &str = ".tally";

#[derive(Debug)]
pub(crate) struct Directory {
    fd: OwnedFd,
    path: PathBuf,
}

/// What one alone may do, until this is dropped.
#[derive(Debug)]
pub(crate) struct Right(OwnedFd);

impl Drop for Right {
    fn drop(&mut self) {
        // Closing it is not enough, if the process was copied meanwhile (flock(2)).
        let _ = fs::flock(&self.0, FlockOperation::Unlock);
    }
}

/// A file of the directory, by its name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Of a process, living or not.
    Process(CString),
    Archive,
    /// Of Python's client.
    Python(String),
    /// Of somebody who is about to finish it, or never will.
    Unfinished(CString),
}

impl Directory {
    /// Opens it, and makes it if it is not there.
    pub(crate) fn make(path: &Path) -> io::Result<Self> {
        let path: &Path = path.components().as_path();
        match Self::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // For this user alone; those above it as they usually are.
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                match fs::mkdir(path, Mode::RWXU) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(error) => return Err(error.into()),
                }
                Self::open(path)
            }
            opened => opened,
        }
    }

    /// Opens it.
    ///
    /// # Errors
    ///
    /// Among others, if the path is a link that another user made, who could have it lead anywhere.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // Without a slash at its end, behind which a link is followed.
        let path: &Path = path.components().as_path();
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = match fs::open(path, flags | OFlags::NOFOLLOW, Mode::empty()) {
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let link = fs::lstat(path)?;
                if FileType::from_raw_mode(link.st_mode) == FileType::Symlink
                    && !is_trusted(link.st_uid)
                {
                    let problem = "it is a link that another user made";
                    return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
                }
                fs::open(path, flags, Mode::empty())?
            }
            opened => opened?,
        };
        Ok(Self { fd, path: path.to_owned() })
    }

    /// Whether it is still what its path leads to.
    pub(super) fn is_there(&self) -> bool {
        let (Ok(mine), Ok(there)) = (fs::fstat(&self.fd), fs::stat(&self.path)) else {
            return false;
        };
        (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
    }

    /// All that is of concern in it.
    pub(crate) fn list(&self) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for entry in fs::Dir::read_from(&self.fd)? {
            let entry = entry?;
            let name = entry.file_name();
            let Ok(text) = name.to_str() else { continue };
            if name == ARCHIVE {
                found.push(Found::Archive);
            } else if text.starts_with(PROCESS) && text.ends_with(ENDING) {
                found.push(Found::Process(name.to_owned()));
            } else if text.starts_with(UNFINISHED) {
                found.push(Found::Unfinished(name.to_owned()));
            } else if Path::new(text).extension().is_some_and(|ending| ending == "db") {
                found.push(Found::Python(text.to_owned()));
            }
        }
        Ok(found)
    }

    /// Opens a file of this user's to be read.
    pub(crate) fn read(&self, name: &CStr) -> io::Result<OwnedFd> {
        let (file, stat) = self.open_file(name, OFlags::RDONLY)?;
        if !is_trusted(stat.st_uid) && geteuid().as_raw() != 0 {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is another user's"));
        }
        Ok(file)
    }

    /// Opens what has to be a file.
    fn open_file(
        &self,
        name: impl rustix::path::Arg,
        access: OFlags,
    ) -> io::Result<(OwnedFd, fs::Stat)> {
        // Without waiting: it may be a pipe that somebody put there.
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = fs::openat(&self.fd, name, flags, Mode::empty())?;
        let stat = fs::fstat(&file)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no file"));
        }
        Ok((file, stat))
    }

    /// Keeps for how long a process has had a processor: in its file, if this user may write that.
    pub(crate) fn keep_cpu(&self, name: &CStr, nanoseconds: u64) {
        let Ok((file, stat)) = self.open_file(name, OFlags::WRONLY) else { return };
        let is_own = stat.st_nlink == 1 && is_trusted(stat.st_uid);
        if !is_own && !geteuid().is_root() {
            return;
        }
        // Short of it, it is what it was.
        let _ = pwrite(&file, &nanoseconds.to_ne_bytes(), at::CPU_NS as u64 * 8);
    }

    pub(crate) fn read_archive(&self) -> io::Result<OwnedFd> {
        self.read(ARCHIVE)
    }

    /// Makes a file that has no name yet by which others would find it.
    pub(crate) fn begin(&self, identity: Identity) -> io::Result<(OwnedFd, CString)> {
        let name = c_string(&format!("{UNFINISHED}{identity}"))?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let file = fs::openat(&self.fd, &*name, flags, Mode::RUSR | Mode::WUSR)?;
        self.hand_over(&file);
        // Before anything else, for as long as it is written: who finds it without takes it for dead.
        retry_on_intr(|| fs::flock(&file, FlockOperation::LockExclusive))?;
        Ok((file, name))
    }

    /// What the superuser makes in somebody's directory, who may be looking on only, is for its owner to
    /// read and write too.
    fn hand_over(&self, file: &OwnedFd) {
        if !geteuid().is_root() {
            return;
        }
        // Only what was made just now, or before that, and nobody put there under its name.
        let is_own = fs::fstat(file).is_ok_and(|stat| {
            stat.st_uid == 0
                && stat.st_nlink == 1
                && FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
        });
        // Those who live there may be others than whose directory it is.
        let living = fs::statat(&self.fd, LIVING, AtFlags::SYMLINK_NOFOLLOW);
        if let Ok(stat) = living.or_else(|_| fs::fstat(&self.fd))
            && is_own
            && stat.st_uid != 0
        {
            let owner = (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid));
            // Where that is not allowed, it is as good as it can be.
            let _ = fs::fchown(file, Some(owner.0), Some(owner.1));
        }
    }

    /// Opens any file to be read, whoever's it is.
    pub(crate) fn read_any(&self, name: &str) -> io::Result<OwnedFd> {
        Ok(self.open_file(name, OFlags::RDONLY)?.0)
    }

    /// Gives a process's file its name.
    pub(super) fn finish_process(&self, unfinished: &CStr, of: Identity) -> io::Result<CString> {
        let name = c_string(&format!("{PROCESS}{of}{ENDING}"))?;
        fs::renameat(&self.fd, unfinished, &self.fd, &*name)?;
        Ok(name)
    }

    /// Puts an archive in the place of the one that was there.
    pub(crate) fn finish_archive(&self, unfinished: &CStr) -> io::Result<()> {
        Ok(fs::renameat(&self.fd, unfinished, &self.fd, ARCHIVE)?)
    }

    /// Removes a file; whether it is gone. One that was gone already is as good.
    pub(crate) fn remove(&self, name: &CStr) -> bool {
        matches!(fs::unlinkat(&self.fd, name, AtFlags::empty()), Ok(()) | Err(Errno::NOENT))
    }

    pub(super) fn remove_archive(&self) {
        self.remove(ARCHIVE);
    }

    /// The right to fold, as soon as nobody else has it; or without, where that takes too long.
    pub(crate) fn fold(&self) -> io::Result<Right> {
        self.wait_for(FOLDING)
    }

    /// The right to fold, if nobody else has it: until it is dropped.
    pub(crate) fn try_fold(&self) -> io::Result<Option<Right>> {
        let lock = Right(self.lock(FOLDING)?);
        match fs::flock(&lock.0, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(lock)),
            Err(Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The right to take a number, until it is dropped. Nobody has it for long; if somebody does, it is
    /// better to have the same number as another than to wait for ever.
    pub(super) fn number(&self) -> io::Result<Right> {
        self.wait_for(NUMBERING)
    }

    fn wait_for(&self, name: &CStr) -> io::Result<Right> {
        let lock = Right(self.lock(name)?);
        for _ in 0..1_000 {
            match fs::flock(&lock.0, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(1)),
                locked => {
                    locked?;
                    break;
                }
            }
        }
        Ok(lock)
    }

    /// Opens a file that is there to be locked.
    pub(super) fn lock(&self, name: &CStr) -> io::Result<OwnedFd> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let lock = fs::openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR)?;
        self.hand_over(&lock);
        let stat = fs::fstat(&lock)?;
        if !is_trusted(stat.st_uid) && geteuid().as_raw() != 0 {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "a lock is another user's",
            ));
        }
        Ok(lock)
    }
}

/// Whose file it is, by its name.
pub(crate) fn identity_of(name: &CStr) -> Option<Identity> {
    let digits = name.to_str().ok()?.strip_prefix(PROCESS)?.strip_suffix(ENDING)?;
    let number = u128::from_str_radix(digits, 16).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "its two halves")]
    Some(Identity([(number >> 64) as u64, number as u64]))
}

impl AsFd for Directory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// Whether a file's owner may lead this process anywhere: itself, and the superuser.
fn is_trusted(owner: u32) -> bool {
    owner == 0 || owner == geteuid().as_raw()
}

fn c_string(name: &str) -> io::Result<CString> {
    Ok(CString::new(name)?)
}
