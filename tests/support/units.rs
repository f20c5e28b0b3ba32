use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::service::{Profile, Releases, Service};
use crate::shipped::{replaced, shipped};

/// The one that runs the program.
const PROCESS: &str = "deploy-rollback@.service";

/// The units of systemd that are shipped with the example, in a folder of the test's own, with the program
/// where it is on this machine.
#[derive(Debug)]
pub struct Units {
    folder: TempDir,
    /// What takes the place of the folders that systemd makes.
    releases: Releases,
    runtime: TempDir,
}

impl Units {
    /// Writes them, with something else in place of some lines of the one that runs the program.
    ///
    /// # Panics
    ///
    /// If they cannot be written, or those lines are not there.
    #[must_use]
    pub fn new(instead: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let program = Service::command(Profile::Release).get_program().to_owned();
        let program = program.to_str().expect("a path that is text");
        for (name, replacements) in [
            ("deploy-rollback.socket", &[][..]),
            ("deploy-rollback.service", &[]),
            (PROCESS, &[&[("/usr/local/bin/deploy-rollback", program)], instead].concat()),
        ] {
            let text = replaced(&shipped(&format!("systemd/{name}")), replacements);
            fs::write(folder.path().join(name), text).expect(name);
        }
        let releases = Releases::new();
        releases.add("web", "1.4.2");
        let runtime = TempDir::new_in("/dev/shm").expect("a folder in memory");
        Self { folder, releases, runtime }
    }

    /// What `systemd-analyze verify` has to say of all of them, the process by its number 1.
    ///
    /// # Panics
    ///
    /// If it is not installed.
    #[must_use]
    pub fn verify(&self) -> Output {
        let mut command = Command::new("systemd-analyze");
        command.args(["verify", "--man=no"]);
        for name in
            ["deploy-rollback.socket", "deploy-rollback.service", "deploy-rollback@1.service"]
        {
            command.arg(self.folder.path().join(name));
        }
        command.output().expect("systemd-analyze, which tests/run installs")
    }

    /// What `systemd-analyze security` says of a process, which is an error if it is more exposed than
    /// this, in tenths.
    ///
    /// # Panics
    ///
    /// If it is not installed.
    #[must_use]
    pub fn security(&self, threshold: u32) -> Output {
        let mut command = Command::new("systemd-analyze");
        command.args(["security", "--offline=yes", "--no-pager"]);
        command.arg(format!("--threshold={threshold}")).arg(self.folder.path().join(PROCESS));
        command.output().expect("systemd-analyze, which tests/run installs")
    }

    /// The values of a setting of the process, in order.
    ///
    /// # Panics
    ///
    /// If the unit cannot be read.
    #[must_use]
    pub fn values(&self, setting: &str) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join(PROCESS)).expect("a unit");
        let lines = text.lines().filter_map(|line| line.strip_prefix(setting)?.strip_prefix('='));
        lines.map(|value| self.resolved(value)).collect()
    }

    /// The program that hands over a socket as systemd does, with what the unit has it run.
    ///
    /// # Panics
    ///
    /// If the unit runs no program, or not only one.
    #[must_use]
    pub fn activation(&self, address: SocketAddr) -> Command {
        let mut command = Command::new("systemd-socket-activate");
        command.arg(format!("--listen={address}"));
        if self.values("StandardInput") == ["socket"] {
            command.arg("--inetd");
        }
        for variable in self.values("Environment") {
            command.arg(format!("--setenv={variable}"));
        }
        let starts = self.values("ExecStart");
        let [start] = &starts[..] else { panic!("{starts:?}") };
        command.args(start.split(' '));
        command
    }

    /// Where the processes count together.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        self.runtime.path().join("metrics")
    }

    fn resolved(&self, value: &str) -> String {
        let text = |path: &Path| path.to_str().expect("a path that is text").to_owned();
        value
            .replace("%S/deploy-rollback", &text(self.releases.path()))
            .replace("%t/deploy-rollback", &text(self.runtime.path()))
    }
}
