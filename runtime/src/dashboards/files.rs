use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// The files that [`generate`](super::Dashboards::generate) made: their paths below a folder, with `/`
/// between the parts, and what is in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    pub(super) fn insert(&mut self, path: String, contents: String) {
        self.0.insert(path, contents);
    }

    /// All of them, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, contents)| (&**path, &**contents))
    }

    /// What is in one of them.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Writes them below a folder, which is made if it is not there; what is there already is written
    /// over.
    ///
    /// # Errors
    ///
    /// If a folder or a file cannot be written; the error names it.
    pub fn write_to(&self, folder: impl AsRef<Path>) -> io::Result<()> {
        for (path, contents) in self.iter() {
            let path = folder.as_ref().join(path);
            let above = path.parent().unwrap_or(folder.as_ref());
            fs::create_dir_all(above).map_err(|error| named(&error, above))?;
            fs::write(&path, contents).map_err(|error| named(&error, &path))?;
        }
        Ok(())
    }
}

fn named(error: &io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}
