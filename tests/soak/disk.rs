use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tallymark_tests::Mounted;

/// The disk that the processes share, which can be full.
#[derive(Debug)]
pub(crate) struct Disk(Mounted);

impl Disk {
    pub(crate) fn new() -> Self {
        Self(Mounted::new("size=64m"))
    }

    /// Where they count together.
    pub(crate) fn directory(&self) -> PathBuf {
        self.0.path().join("metrics")
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }

    /// Writes until there is room for nothing.
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.filler()).expect("a file");
        let full = loop {
            if let Err(error) = file.write_all(&[7; 4096]) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull);
    }

    pub(crate) fn make_room(&self) {
        fs::remove_file(self.filler()).expect("it is gone");
        // It is tried again in a while.
        thread::sleep(Duration::from_millis(1_100));
    }

    /// How many files there are, and their bytes.
    pub(crate) fn used(&self) -> (usize, u64) {
        used(&self.directory())
    }
}

fn used(directory: &Path) -> (usize, u64) {
    let files = fs::read_dir(directory).expect("a directory");
    // One may go at any time.
    let lengths = files.filter_map(|file| Some(file.ok()?.metadata().ok()?.len()));
    lengths.fold((0, 0), |(files, bytes), length| (files + 1, bytes + length))
}
