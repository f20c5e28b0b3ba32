//! What other users put in a process's way, and what they forbid it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tallymark::multiprocess::of_directory;
use tallymark_tests::{Counting, Mounted, all_say, errors, told};
use tempfile::TempDir;

/// Two users that run no tests.
const ME: u32 = 65_533;
const STRANGER: u32 = 65_532;

/// A command of the superuser's.
fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", "--preserve-env=PROMETHEUS_MULTIPROC_DIR", program]);
    command
}

/// Gives something to a user: a link itself, and not what it leads to.
fn give(path: &Path, to: u32) {
    let status = as_root("chown").args(["-h", &format!("{to}:{to}")]).arg(path).status();
    assert!(status.expect("a program").success(), "{}", path.display());
}

/// Has everybody read something.
fn open(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("this user's");
}

/// A folder that all users see, with the program in it.
struct Shared {
    folder: TempDir,
}

impl Shared {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let shared = Self { folder };
        open(shared.folder.path());
        fs::copy(env!("CARGO_BIN_EXE_counting"), shared.path("counting")).expect("a copy");
        open(&shared.path("counting"));
        shared
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A directory of a user's.
    fn directory(&self, name: &str, of: u32) -> PathBuf {
        let path = self.path(name);
        fs::create_dir(&path).expect("a directory");
        give(&path, of);
        path
    }

    fn link(&self, name: &str, to: &Path, of: u32) -> PathBuf {
        let path = self.path(name);
        symlink(to, &path).expect("a link");
        give(&path, of);
        path
    }

    /// A process of a user who may do nothing else, which has counted.
    fn start(&self, directory: &Path) -> Counting {
        let mut command = as_root("setpriv");
        command.args([format!("--reuid={ME}"), format!("--regid={ME}")]);
        command.arg("--clear-groups").arg(self.path("counting"));
        let mut process = Counting::start_as(command.env("PROMETHEUS_MULTIPROC_DIR", directory));
        process.tell_all("declare counter jobs_total\nrecord jobs_total 1");
        process
    }
}

fn is_alone(process: &mut Counting) {
    let text = process.scrape();
    assert_eq!(told(&text), ["jobs_total 1"]);
    assert_eq!(errors(&text), [("directory".to_owned(), 1)]);
    assert!(process.log().contains("this process counts alone"), "{}", process.log());
}

fn says(process: &mut Counting, jobs: u64) {
    assert_eq!(told(&process.scrape()), [format!("jobs_total {jobs}")]);
}

#[test]
fn a_link_is_followed_if_nobody_else_made_it() {
    let shared = Shared::new();
    let directory = shared.directory("directory", ME);
    let of_stranger = shared.link("of-stranger", &directory, STRANGER);
    let mut alone = shared.start(&of_stranger);
    is_alone(&mut alone);
    assert!(alone.log().contains("a link that another user made"), "{}", alone.log());
    let mut there = shared.start(&directory);
    says(&mut there, 1);
    let mut by_own = shared.start(&shared.link("of-me", &directory, ME));
    says(&mut by_own, 2);
    let mut by_root = shared.start(&shared.link("of-root", &directory, 0));
    for process in [&mut there, &mut by_own, &mut by_root] {
        says(process, 3);
    }
    is_alone(&mut alone);
}

#[test]
fn files_of_other_users_are_left_out() {
    let shared = Shared::new();
    let directory = shared.directory("directory", ME);
    let elsewhere = shared.directory("elsewhere", ME);
    // One that is as it should be, but for whose it is.
    let mut other = shared.start(&elsewhere);
    other.scrape();
    let listed = as_root("ls").arg(&elsewhere).output().expect("a program");
    let listed = String::from_utf8(listed.stdout).expect("names");
    let name = listed.lines().find(|name| name.starts_with("process-")).expect("a file");
    other.end();
    let path = directory.join(name);
    let moved = as_root("mv").arg(elsewhere.join(name)).arg(&path).status();
    assert!(moved.expect("a program").success());
    give(&path, STRANGER);
    let mode = as_root("chmod").arg("666").arg(&path).status();
    assert!(mode.expect("a program").success());
    let mut process = shared.start(&directory);
    // It began a life, in which that file would be none; but in its directory it may remove all.
    says(&mut process, 1);
    let put_back = as_root("sh")
        .arg("-c")
        .arg(format!("echo 1 > {0}; chmod 666 {0}", path.display()))
        .status();
    assert!(put_back.expect("a program").success());
    give(&path, STRANGER);
    let text = process.scrape();
    assert_eq!(told(&text), ["jobs_total 1"]);
    assert_eq!(errors(&text), [("foreign".to_owned(), 1)]);
    assert!(process.log().contains("it is another user's"), "{}", process.log());
}

#[test]
fn locks_of_other_users_are_not_waited_for() {
    let shared = Shared::new();
    let directory = shared.directory("directory", ME);
    let lock = directory.join("living.lock");
    let made =
        as_root("sh").arg("-c").arg(format!("> {0}; chmod 666 {0}", lock.display())).status();
    assert!(made.expect("a program").success());
    give(&lock, STRANGER);
    let mut process = shared.start(&directory);
    is_alone(&mut process);
}

#[test]
fn the_superuser_may_look_on() {
    let shared = Shared::new();
    let directory = shared.directory("directory", ME);
    let mut process = shared.start(&directory);
    says(&mut process, 1);
    // It has none of its own, and so is none of them.
    let mut command = as_root("env");
    command.args(["-u", "PROMETHEUS_MULTIPROC_DIR"]).arg(shared.path("counting"));
    let mut superuser = Counting::start_as(&mut command);
    for dead in 1..=2 {
        shared.start(&directory).end();
        // Who folds for the first time, and again.
        let text = superuser.tell(&format!("collect {}", directory.display()));
        assert_eq!(told(&text), [format!("jobs_total {}", 1 + dead)]);
        says(&mut process, 1 + dead);
    }
    shared.start(&directory).end();
    says(&mut process, 4);
    assert_eq!(process.errors(), []);
}

#[test]
fn a_directory_that_cannot_be_written_leaves_a_process_alone() {
    let shared = Shared::new();
    let directory = shared.directory("directory", STRANGER);
    is_alone(&mut shared.start(&directory));
    is_alone(&mut shared.start(&directory.join("below")));
    let mounted = Mounted::new("size=1m,ro");
    for path in [mounted.path().to_owned(), mounted.path().join("below")] {
        let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), &path);
        process.tell_all("declare counter jobs_total\nrecord jobs_total 1");
        is_alone(&mut process);
    }
}

#[test]
fn what_can_only_be_read_is_read() {
    let mut mounted = Mounted::new("size=1m");
    let directory = mounted.path().join("metrics");
    let mut processes = [(); 3].map(|()| {
        let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), &directory);
        process.tell_all("declare counter jobs_total\nrecord jobs_total 1");
        process
    });
    processes[0].kill();
    all_say(&directory, &mut [&mut processes[1]], &["jobs_total 3"]);
    for process in &mut processes[1..] {
        process.kill();
    }
    mounted.remount("ro");
    // One of them is folded, and two never will be.
    for _ in 0..2 {
        let text = of_directory(&directory).gather_text();
        assert_eq!(told(&text), ["jobs_total 3"]);
        assert!(matches!(&errors(&text)[..], [(reason, 1..)] if reason == "archive"), "{text}");
    }
}
