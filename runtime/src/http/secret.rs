//! Secrets, by value or in a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

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
    /// What it was when it was read; nothing, if it could not be looked at.
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
        let mark = mark(&self.path);
        let error = match &mark {
            Err(error) => error.to_string(),
            Ok(mark) if read.as_ref().is_some_and(|read| read.mark.as_ref() == Some(mark)) => {
                return;
            }
            Ok(_) => match fs::read_to_string(&self.path) {
                Err(error) => error.to_string(),
                Ok(text) if text.trim().is_empty() => "there is nothing in it".to_owned(),
                Ok(text) => {
                    let secret = Some(text.trim().to_owned());
                    *read = Some(Read { mark: mark.ok(), secret });
                    return;
                }
            },
        };
        // Once for each time that it is so, and not for each request.
        if read.as_ref().is_none_or(|read| read.secret.is_some()) {
            let path = self.path.display();
            tracing::error!(%path, "nobody is admitted to the metrics by this file: {error}");
        }
        *read = Some(Read { mark: mark.ok(), secret: None });
    }
}

fn mark(path: &Path) -> std::io::Result<Mark> {
    let metadata = fs::metadata(path)?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Ok(Mark { modified: metadata.modified().ok(), length: metadata.len(), inode })
}
