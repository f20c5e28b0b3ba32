//! Secrets, by value or in a file.

use std::fs::{self, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Where a secret comes from.
pub(super) enum Secret {
    Value(String),
    File(File),
}

/// A file that is read again when it changes.
pub(super) struct File {
    path: PathBuf,
    read: Mutex<Option<Read>>,
}

struct Read {
    /// What it was when it was read; nothing, if that may not tell.
    mark: Option<Mark>,
    /// Nothing, if it could not be read or there was nothing in it.
    secret: Option<String>,
}

/// By what a file is told from what it was.
#[derive(Clone, PartialEq)]
struct Mark {
    modified: Option<SystemTime>,
    length: u64,
    /// It may be another file of the same age: secrets are put in place by renaming them.
    inode: u64,
}

impl Secret {
    pub(super) fn file(path: &Path) -> Self {
        Self::File(File { path: path.to_owned(), read: Mutex::new(None) })
    }

    /// Looks at the secret as it is now, if there is one.
    pub(super) fn with<T>(&self, look: impl FnOnce(&str) -> T) -> Option<T> {
        match self {
            Self::Value(secret) => {
                Some(secret.as_str()).filter(|secret| !secret.is_empty()).map(look)
            }
            Self::File(file) => {
                let mut read = file.read.lock().unwrap_or_else(PoisonError::into_inner);
                file.refresh(&mut read);
                read.as_ref().and_then(|read| read.secret.as_deref()).map(look)
            }
        }
    }
}

impl File {
    fn refresh(&self, read: &mut Option<Read>) {
        // The mark before the text: one that is written in between is read again.
        let metadata = fs::metadata(&self.path);
        let mark = metadata.as_ref().ok().map(mark);
        if mark.is_some() && read.as_ref().is_some_and(|read| read.mark == mark) {
            return;
        }
        // A change within the same tick of the file system's clock would leave no mark.
        let mark = mark.filter(Mark::is_settled);
        let error = match metadata.and_then(|metadata| self.text(&metadata)) {
            Err(error) => error,
            Ok(secret) => {
                *read = Some(Read { mark, secret: Some(secret) });
                return;
            }
        };
        // Once for each time that it is so, and not for each request.
        if read.as_ref().is_none_or(|read| read.secret.is_some()) {
            let path = self.path.display();
            tracing::error!(%path, "nobody is admitted to the metrics by this file: {error}");
        }
        *read = Some(Read { mark, secret: None });
    }

    fn text(&self, metadata: &Metadata) -> io::Result<String> {
        // To open a pipe would be to wait for who writes into it.
        if !metadata.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        let mut text = String::new();
        fs::File::open(&self.path)?.take(LONGEST).read_to_string(&mut text)?;
        match text.trim() {
            "" => Err(io::Error::other("there is nothing in it")),
            secret => Ok(secret.to_owned()),
        }
    }
}

fn mark(metadata: &Metadata) -> Mark {
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Mark { modified: metadata.modified().ok(), length: metadata.len(), inode }
}

impl Mark {
    /// Whether a change from now on would make for another mark.
    fn is_settled(&self) -> bool {
        let since = self.modified.and_then(|modified| modified.elapsed().ok());
        since.is_some_and(|since| since > TICK)
    }
}

/// No file system's clock stands still for longer.
const TICK: Duration = Duration::from_secs(2);

/// More is not read of a file that somebody takes for one with a secret.
const LONGEST: u64 = 64 << 10;
