//! Files that are in memory come to the same when those that are gone are in an archive, however often
//! that is written: as `directory`, without a directory, and so many times as often.
//!
//! The input is files as those of `directory`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tallymark::multiprocess::add_up;

/// A header by which a reader goes on to what is behind it (`FORMAT.md`).
fn header(sort: u64, number: u64, length: usize) -> Vec<u8> {
    let mut bytes = b"TALLYMRK".to_vec();
    let words = [1 << 32 | sort, 256 + length as u64, 1, 0, number, 0, 0, 0, 0, number + 1, number];
    let limit = [0, 0, 0, 0, 0, 10];
    bytes.extend(words.iter().chain(&limit).flat_map(|word| word.to_ne_bytes()));
    bytes.resize(256, 0);
    bytes
}

fuzz_target!(|input: &[u8]| {
    let mut files = Vec::new();
    let mut rest = input;
    while let [sort, low, high, behind @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (bytes, others) = behind.split_at(length.min(behind.len()));
        let number = files.len() as u64;
        let head = match sort % 4 {
            2 => header(2, number, bytes.len()),
            3 => Vec::new(),
            _ => header(1, number, bytes.len()),
        };
        files.push((sort % 4 == 1, [head, bytes.to_vec()].concat()));
        rest = others;
    }
    let files: Vec<_> = files.iter().map(|(alive, bytes)| (*alive, &**bytes)).collect();
    add_up(&files);
});
