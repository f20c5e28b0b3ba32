use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::process::Process;

/// A file system in memory, which is gone when this is dropped. It is in a namespace of its own, and so
/// needs no rights that a user has not.
#[derive(Debug)]
pub struct Mounted {
    shell: Process,
    path: PathBuf,
    folder: TempDir,
}

impl Mounted {
    /// Mounts one with these options, which mount(8) has for `tmpfs`.
    ///
    /// # Panics
    ///
    /// If it is not allowed.
    #[must_use]
    pub fn new(options: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", "sh"]);
        let shell = Process::start_with(&mut command, Stdio::piped());
        // Others find it by way of who has it mounted.
        let root = PathBuf::from(format!("/proc/{}/root", shell.id()));
        let within = folder.path().strip_prefix("/").expect("an absolute path").to_owned();
        let mut mounted = Self { shell, path: root.join(within), folder };
        let place = mounted.place();
        mounted.run(&format!("mount -t tmpfs -o {options} tmpfs {place}"));
        mounted
    }

    /// Where it is, for everybody.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Mounts it anew, with other options.
    ///
    /// # Panics
    ///
    /// If it is not allowed.
    pub fn remount(&mut self, options: &str) {
        let place = self.place();
        self.run(&format!("mount -o remount,{options} {place}"));
    }

    /// Where it is in its namespace.
    fn place(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn run(&mut self, command: &str) {
        self.shell.tell(&format!("{command} && echo done || echo failed"));
        assert_eq!(self.shell.line(), "done", "{command}: {}", self.shell.log());
    }
}
