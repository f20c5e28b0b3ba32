use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::name::Name;
use crate::releases::Releases;

/// The folder that holds the apps.
#[derive(Debug)]
pub(crate) enum Root {
    Given(PathBuf),
    /// For a first try; it goes when it is dropped.
    Trial(TempDir),
}

impl Root {
    pub(crate) fn new(given: Option<PathBuf>) -> Result<Self, Box<dyn Error>> {
        given.map_or_else(Self::trial, |root| Ok(Self::Given(root)))
    }

    /// The app `web` in two versions, the first of them live.
    fn trial() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::Builder::new().prefix("deploy-rollback-").tempdir()?;
        for version in ["1.4.1", "1.4.2"] {
            let release = folder.path().join("web/releases").join(version);
            fs::create_dir_all(&release)?;
            fs::write(release.join("index.html"), format!("<h1>web {version}</h1>\n"))?;
        }
        let name = |name: &str| Name::try_from(name.to_owned());
        Releases::open(folder.path())?.deploy(&name("web")?, &name("1.4.1")?)?;
        Ok(Self::Trial(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Given(root) => root,
            Self::Trial(folder) => folder.path(),
        }
    }
}
