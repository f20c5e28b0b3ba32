use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tallymark_tests::exposition::Family;

use crate::kinds::KINDS;
use crate::{directory, scrape, start, theirs};

#[test]
fn what_cannot_be_read_is_left_out_and_counted() {
    let workers = start(1);
    let (rust, directory) = (workers.address(), directory(&workers));
    theirs::count_all_kinds(&directory);
    let (whole, errors) = kinds(rust);
    assert_eq!((whole.len(), errors), (KINDS, 0));

    let damaged = damage(&directory);
    let files = theirs::files(&directory);
    for scrape in 1..=3 {
        let (left, errors) = kinds(rust);
        assert_eq!(errors, scrape * damaged.len());
        assert!(left == whole, "{left:?} is left of {whole:?}");
    }
    assert!(theirs::files(&directory) == files, "a file is changed or gone");

    for file in &damaged {
        fs::remove_file(file).expect("it is there");
    }
    assert!(kinds(rust) == (whole, 3 * damaged.len()), "it is not as before");
}

/// The metrics of all kinds, and how many files could not be read so far.
fn kinds(address: SocketAddr) -> (Vec<Family>, usize) {
    let mut families = scrape(address);
    let samples = families.iter().flat_map(|family| &family.samples);
    let mut errors = samples.filter(|sample| {
        sample.series.name == "tallymark_multiprocess_errors_total"
            && sample.series.labels["reason"] == "python"
    });
    let errors = errors.next().expect("a counter of errors").value.to_string();
    families.retain(|family| family.name.starts_with("kinds_"));
    (families, errors.parse().expect("a count"))
}

/// Adds files that are cut short or hold nonsense.
fn damage(directory: &Path) -> Vec<PathBuf> {
    let files = theirs::files(directory);
    let (_, whole) = files.iter().find(|(name, _)| name.starts_with("counter_")).expect("a file");
    let used = i32::from_ne_bytes(*whole.first_chunk().expect("a file's head"));
    let used = usize::try_from(used).expect("how much of it is in use");
    let mut no_key = whole.clone();
    // Where the first key begins.
    no_key[12] = b'{';
    let damaged = [
        ("counter", &whole[..2]),
        ("gauge_livesum", &whole[..8]),
        ("gauge_all", &whole[..30]),
        ("histogram", &whole[..used - 1]),
        ("summary", &no_key),
        ("counter", b"nonsense"),
        ("summary", &[0xff; 4096]),
        ("histogram", &[0x10; 4096]),
    ];
    let add = |(number, (sort, bytes)): (usize, (&str, &[u8]))| {
        let path = directory.join(format!("{sort}_damaged{number}.db"));
        fs::write(&path, bytes).expect("a file");
        path
    };
    damaged.into_iter().enumerate().map(add).collect()
}
