//! Whatever stands in the files of a directory, whoever reads it answers, in bounded time and memory, and
//! answers the same when what was left by processes that are gone is in the archive.
//!
//! The input is files, one behind the other: a byte for the sort, two for the length, and the bytes.

#![no_main]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tallymark::multiprocess::of_directory;
use tempfile::TempDir;

/// In memory: it is written anew for each input.
static DIRECTORY: LazyLock<TempDir> =
    LazyLock::new(|| TempDir::new_in("/dev/shm").expect("a folder in memory"));

/// Since when there are any that are alive: any number.
const LIFE: [u8; 16] = *b"a life of theirs";

/// When the machine was started, as the files have it: two numbers of 64 bits, the upper one first.
static BOOT: LazyLock<[u8; 16]> = LazyLock::new(|| {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("a boot");
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let number = u128::from_str_radix(&digits, 16).expect("a number");
    halves(number)
});

const MODES: [&str; 10] = [
    "all",
    "liveall",
    "min",
    "livemin",
    "max",
    "livemax",
    "sum",
    "livesum",
    "mostrecent",
    "livemostrecent",
];

fn halves(number: u128) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&((number >> 64) as u64).to_ne_bytes());
    bytes[8..].copy_from_slice(&(number as u64).to_ne_bytes());
    bytes
}

/// A header by which a reader goes on to what is behind it (`FORMAT.md`).
fn header(sort: u64, identity: u128, number: u64, length: usize) -> Vec<u8> {
    let mut words = b"TALLYMRK".to_vec();
    let mut word = |word: u64| words.extend(word.to_ne_bytes());
    word(1 << 32 | sort);
    word(256 + length as u64);
    word(1);
    words.extend(halves(identity));
    words.extend(LIFE);
    words.extend(*BOOT);
    // When it began, its number, its id, namespace and start, a generation, its processor time, and a
    // limit.
    let rest = [number + 1, number, 1, 1, 1, 1, 1, 10];
    words.extend(rest.iter().flat_map(|word| word.to_ne_bytes()));
    words.resize(256, 0);
    words
}

/// Writes a file; returns it, with its lock, if its process is alive.
fn write(path: &Path, sort: u8, number: u64, bytes: &[u8]) -> Option<File> {
    let identity = u128::from(number + 1) << 32 | 7;
    let process = path.join(format!("process-{identity:032x}.tally"));
    let mode = MODES[usize::from(sort >> 3) % MODES.len()];
    let (path, content): (PathBuf, Vec<u8>) = match sort % 8 {
        0 | 1 => (process, [header(1, identity, number, bytes.len()), bytes.to_vec()].concat()),
        2 => {
            let header = header(2, 0, number, bytes.len());
            (path.join("archive.tally"), [header, bytes.to_vec()].concat())
        }
        3 => (process, bytes.to_vec()),
        4 => (path.join(format!("counter_{number}.db")), bytes.to_vec()),
        5 => (path.join(format!("gauge_{mode}_{number}.db")), bytes.to_vec()),
        6 => (path.join(format!("histogram_{number}.db")), bytes.to_vec()),
        _ => (path.join(format!("summary_{number}.db")), bytes.to_vec()),
    };
    fs::write(&path, content).expect("a file");
    let lives = sort % 8 == 1;
    lives.then(|| {
        let file = File::open(&path).expect("a file");
        file.lock().expect("a lock");
        file
    })
}

/// What is exposed but for what is said of reading itself.
fn families(path: &Path) -> String {
    let text = of_directory(path).gather_text();
    assert!(text.contains("tallymark_multiprocess_errors_total{reason=\"corrupt\"}"), "{text}");
    let own = |line: &&str| !line.contains("tallymark_") && !line.contains("process_");
    text.lines().filter(own).collect::<Vec<_>>().join("\n")
}

fuzz_target!(|input: &[u8]| {
    let path = DIRECTORY.path();
    for entry in fs::read_dir(path).expect("a folder") {
        fs::remove_file(entry.expect("an entry").path()).expect("a file");
    }
    fs::write(path.join("living.lock"), LIFE).expect("a file");
    let (mut rest, mut number) = (input, 0);
    let mut living = Vec::new();
    while let [sort, low, high, behind @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (bytes, others) = behind.split_at(length.min(behind.len()));
        living.extend(write(path, *sort, number, bytes));
        (rest, number) = (others, number + 1);
    }
    let first = families(path);
    let second = families(path);
    assert_eq!(first, second, "with all that is gone in the archive");
});
