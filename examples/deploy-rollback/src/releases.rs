use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tallymark::observed;

use crate::answer::Refusal;
use crate::name::Name;

/// The folder that holds `APP/releases/VERSION/`, and beside them the link `APP/current` to the
/// release that is live and `APP/previous` to the one before.
#[derive(Debug)]
pub(crate) struct Releases {
    root: PathBuf,
}

impl Releases {
    pub(crate) fn open(root: &Path) -> Result<Self, String> {
        let root = root.canonicalize().map_err(|error| {
            format!(
                "cannot use --root {}: {error}; give a folder of APP/releases/VERSION/",
                root.display()
            )
        })?;
        if root.is_dir() {
            Ok(Self { root })
        } else {
            Err(format!("--root {} is no folder", root.display()))
        }
    }

    /// Makes a release the live one, and remembers the one that was.
    #[observed(
        interface = "deploy",
        name = "release_changes",
        help = "Changes of the live release, with the wait for the app's lock.",
        buckets = [0.0001, 0.001, 0.01, 0.1, 1, 10]
    )]
    pub(crate) fn deploy(&self, app: &Name, version: &Name) -> Result<(), Refusal> {
        let app = self.app(app)?;
        let release = app.release(version)?;
        let _lock = app.lock()?;
        // The one before is remembered first: a crash in between leaves two equal links, and
        // `rollback` takes that as nothing to go back to.
        if let Some(current) = app.read(CURRENT)?
            && current != release
        {
            app.point(PREVIOUS, &current)?;
        }
        app.point(CURRENT, &release)?;
        Ok(())
    }

    /// Makes the release before the live one again; then there is none before it.
    #[observed(
        interface = "rollback",
        name = "release_changes",
        help = "Changes of the live release, with the wait for the app's lock.",
        buckets = [0.0001, 0.001, 0.01, 0.1, 1, 10]
    )]
    pub(crate) fn rollback(&self, app: &Name) -> Result<(), Refusal> {
        let app = self.app(app)?;
        // Asked before the lock's file is made, so that a refusal leaves the folder as it was.
        app.previous()?;
        let _lock = app.lock()?;
        let previous = app.previous()?;
        app.point(CURRENT, &previous)?;
        fs::remove_file(app.folder.join(PREVIOUS))?;
        Ok(())
    }

    fn app(&self, name: &Name) -> Result<App, Refusal> {
        let folder = self.root.join(name);
        if folder.join("releases").is_dir() {
            return Ok(App { folder, name: name.clone() });
        }
        let known = listed(&self.root, |app| app.join("releases").is_dir())?;
        Err(Refusal::Unknown(format!("there is no app `{name}`; send one of: {known}")))
    }
}

const CURRENT: &str = "current";
const PREVIOUS: &str = "previous";

struct App {
    folder: PathBuf,
    name: Name,
}

impl App {
    /// The release as the links name it: relative, so that the root may be moved.
    fn release(&self, version: &Name) -> Result<PathBuf, Refusal> {
        let release = Path::new("releases").join(version);
        if self.folder.join(&release).is_dir() {
            return Ok(release);
        }
        let known = listed(&self.folder.join("releases"), Path::is_dir)?;
        let app = &self.name;
        Err(Refusal::Unknown(format!("`{app}` has no version `{version}`; send one of: {known}")))
    }

    /// The release to go back to.
    fn previous(&self) -> Result<PathBuf, Refusal> {
        let name = &self.name;
        let none = || {
            Refusal::NothingBefore(format!(
                "`{name}` has no release to go back to; send another version to /deploy first"
            ))
        };
        let previous = self.read(PREVIOUS)?.ok_or_else(none)?;
        if self.read(CURRENT)?.as_ref() == Some(&previous) {
            return Err(none());
        }
        if !self.folder.join(&previous).is_dir() {
            return Err(Refusal::NothingBefore(format!(
                "the release to go back to, {}, is gone; send a version to /deploy",
                previous.display()
            )));
        }
        Ok(previous)
    }

    /// Held while the links change, against other threads and other processes alike.
    fn lock(&self) -> io::Result<File> {
        let options = File::options().create(true).truncate(false).write(true).to_owned();
        let file = options.open(self.folder.join(".lock"))?;
        file.lock()?;
        Ok(file)
    }

    fn read(&self, link: &str) -> io::Result<Option<PathBuf>> {
        match fs::read_link(self.folder.join(link)) {
            Ok(target) => Ok(Some(target)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let problem = format!("{} is no link ({error})", self.folder.join(link).display());
                Err(io::Error::new(error.kind(), problem))
            }
        }
    }

    /// Points a link at a release in one step: whoever looks sees the old or the new one.
    fn point(&self, link: &str, release: &Path) -> io::Result<()> {
        let fresh = self.folder.join(format!(".{link}.new"));
        match fs::remove_file(&fresh) {
            // A crash left it.
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        symlink(release, &fresh)?;
        fs::rename(&fresh, self.folder.join(link))
    }
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_dir(target, link)
}

/// The names in a folder that pass, in order, the first few of them.
fn listed(folder: &Path, pass: impl Fn(&Path) -> bool) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if let (true, Ok(name)) = (pass(&entry.path()), entry.file_name().into_string()) {
            names.push(name);
        }
    }
    names.sort();
    let more = if names.len() > 20 { ", …" } else { "" };
    names.truncate(20);
    Ok(if names.is_empty() { "(none is there)".to_owned() } else { names.join(", ") + more })
}
