//! Who is alive: locks that end with the process that holds them, whatever ends it.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::Duration;

use rustix::fs::{self, FlockOperation};
use rustix::io::{Errno, pread, pwrite};

use super::directory::{Directory, Found, LIVING};
use super::header::Identity;

/// How often it is tried again to join a life that somebody did not get to begin.
const TRIES: usize = 16;

/// One's own life among the others: as long as somebody has one, what was counted is kept.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) identity: Identity,
    /// Held, and never read again.
    _lock: OwnedFd,
}

impl Life {
    /// Joins the living. If there are none, a life begins in which nothing was counted yet.
    pub(super) fn join(directory: &Directory) -> io::Result<Self> {
        let lock = directory.lock(LIVING)?;
        for _ in 0..TRIES {
            match fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => begin(directory, &lock)?,
                Err(Errno::WOULDBLOCK) => {}
                Err(error) => return Err(error.into()),
            }
            // Whoever comes in between, as long as nobody has this, begins a life too, and finds
            // nothing in it: this process has no file yet.
            share(&lock)?;
            if let Some(identity) = read(&lock)? {
                return Ok(Self { identity, _lock: lock });
            }
            // Who was about to begin the first life is gone. Of two that find this so each would write
            // an identity of its own; but of two that try to have the lock alone, one gets it.
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

/// Waits for who begins a life, but not for ever, as one that is stopped meanwhile would have others do.
fn share(lock: &OwnedFd) -> io::Result<()> {
    for _ in 0..5_000 {
        match fs::flock(lock, FlockOperation::NonBlockingLockShared) {
            Err(Errno::WOULDBLOCK | Errno::INTR) => thread::sleep(Duration::from_millis(1)),
            locked => return Ok(locked?),
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Begins a life: what was counted in those before it is none of its concern. The files of Python's
/// client are not ours to remove.
fn begin(directory: &Directory, lock: &OwnedFd) -> io::Result<()> {
    // First, since from here on the files that are there are of another life, whether or not this
    // process gets to remove them.
    write(lock, Identity::random()?)?;
    for found in directory.list()? {
        match found {
            Found::Process(name) | Found::Unfinished(name) => {
                directory.remove(&name);
            }
            Found::Archive => directory.remove_archive(),
            Found::Python(_) => {}
        }
    }
    Ok(())
}

fn write(lock: &OwnedFd, Identity([first, second]): Identity) -> io::Result<()> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&first.to_ne_bytes());
    bytes[8..].copy_from_slice(&second.to_ne_bytes());
    if pwrite(lock, &bytes, 0)? < bytes.len() {
        return Err(io::ErrorKind::WriteZero.into());
    }
    Ok(())
}

fn read(lock: impl AsFd) -> io::Result<Option<Identity>> {
    let mut bytes = [0; 16];
    if pread(lock, &mut bytes, 0)? < bytes.len() {
        return Ok(None);
    }
    let half = |at: usize| {
        let mut half = [0; 8];
        half.copy_from_slice(&bytes[at..at + 8]);
        u64::from_ne_bytes(half)
    };
    Ok(Some(Identity([half(0), half(8)])))
}

/// The life that is going on in a directory, or went on last.
pub(crate) fn life(directory: &Directory) -> io::Result<Option<Identity>> {
    match directory.read(LIVING) {
        Ok(lock) => read(lock),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the process that a file belongs to is alive.
pub(crate) fn is_alive(file: impl AsFd) -> bool {
    // Shared: two that ask at once must not take each other for the owner.
    fs::flock(file, FlockOperation::NonBlockingLockShared).is_err()
}

/// When the machine was started: what was counted before that is lost, and files that lasted are of
/// no life.
///
/// # Errors
///
/// If it cannot be found out just now. Where the system never says it, it was always the same.
pub(crate) fn boot() -> io::Result<Identity> {
    let text = match std::fs::read_to_string("/proc/sys/kernel/random/boot_id") {
        Err(error) if !is_hidden(&error) => return Err(error),
        text => text.unwrap_or_default(),
    };
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let number = u128::from_str_radix(&digits, 16).unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "its two halves")]
    Ok(Identity([(number >> 64) as u64, number as u64]))
}

fn is_hidden(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
}

impl Identity {
    pub(crate) fn random() -> io::Result<Self> {
        let mut bytes = [0; 16];
        let flags = rustix::rand::GetRandomFlags::empty();
        if rustix::rand::getrandom(&mut bytes, flags)? < bytes.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let number = u128::from_ne_bytes(bytes);
        #[expect(clippy::cast_possible_truncation, reason = "its two halves")]
        Ok(Self([(number >> 64) as u64, number as u64]))
    }
}
