use super::*;
use crate::exemplar::Exemplar;
use crate::file::made::Made;
use crate::file::record::write_absorbed;
use crate::file::{Flags, Label, Run, Series, Sort, archive, read_exemplar};

/// Of so many places one is tried: all, where that does not take for ever.
const STEP: usize = if cfg!(miri) { 997 } else { 1 };

fn header(sort: Sort) -> Header {
    Header::new(sort, Identity([1, 2]), Identity([3, 4]))
}

fn metric() -> Metric<'static> {
    Metric {
        group: 1,
        place: 0,
        content: 5,
        combine: 0,
        flags: Flags::default(),
        limit: Some(10),
        since_ns: 0,
        name: "seconds".into(),
        help: "Help.".into(),
        labels: vec![Label::of_each("a"), Label::of_all("zone", "b")],
        bounds: vec![0.5],
    }
}

fn series() -> Series<'static> {
    Series { group: 1, first: 0, created_ms: 1, values: vec!["x".into()] }
}

/// One with a record of each sort, but for those that nobody knows.
fn whole() -> Made {
    let mut made = Made::default();
    made.metric(&metric());
    made.cells(0, &[1, 2, 3]);
    made.series(&series());
    made.cells(0, &[4, 5, 6]);
    let labels = vec![("id".to_owned(), "y".to_owned())];
    made.exemplar(1, &Exemplar { labels, value: 0.25, at_ms: 5 });
    made.write(sort::ABSORBED, &write_absorbed(&[Identity([5, 6])]));
    made
}

/// A process's file and an archive.
fn files() -> [Vec<u8>; 2] {
    let mut runs = Vec::new();
    Run::put(&mut runs, 0, &[1, 2, 3]);
    Run::put(&mut runs, 7, &[4]);
    let absorbed = [Identity([5, 6]), Identity([7, 8])];
    let header = header(Sort::Archive);
    let archive = archive(&header, &[metric()], &[series()], &runs, &absorbed);
    [finish(whole()), archive]
}

fn finish(made: Made) -> Vec<u8> {
    made.finish(&header(Sort::Process))
}

fn read(bytes: &[u8], torn: bool) -> Result<Contents<'_>, Damage> {
    Contents::read(&Header::of(bytes)?, bytes, torn)
}

/// How many records of each sort there are, and how many cells.
fn counts(contents: &Contents<'_>) -> [usize; 6] {
    let Contents { metrics, series, blocks, exemplars, absorbed, cells } = contents;
    [metrics.len(), series.len(), blocks.len(), exemplars.len(), absorbed.len(), *cells]
}

/// What is read of records, whose file is not torn.
fn counts_of(made: Made) -> Result<[usize; 6], Damage> {
    read(&finish(made), false).map(|contents| counts(&contents))
}

/// All that can be read of it is read, and is no more than there is.
fn use_up(contents: &Contents<'_>, bytes: &[u8]) {
    assert!(counts(contents).into_iter().all(|count| count <= bytes.len() / 8), "{contents:?}");
    for series in &contents.series {
        assert_eq!(series.values().count(), series.bytes().count());
    }
    for exemplar in &contents.exemplars {
        let _ = read_exemplar(&bytes[exemplar.clone()]);
    }
    for Block { first, count, offset } in &contents.blocks {
        assert!(first.checked_add(*count).is_some() && bytes.len() >= offset + *count as usize * 8);
    }
}

#[test]
fn a_whole_file_is_read() {
    let [process, archive] = files();
    let contents = read(&process, false).expect("a file");
    assert_eq!(counts(&contents), [1, 1, 2, 1, 1, 6]);
    let exemplar = read_exemplar(&process[contents.exemplars[0].clone()]).expect("an exemplar");
    assert_eq!((exemplar.0, exemplar.1.at_ms), (1, 5));
    assert_eq!(counts(&read(&archive, false).expect("an archive")), [1, 1, 2, 0, 2, 4]);
}

#[test]
fn a_file_that_was_cut_is_truncated_wherever_that_is() {
    for whole in files() {
        let used = Header::of(&whole).expect("a header").length();
        for length in (0..used).step_by(STEP) {
            assert_eq!(read(&whole[..length], true).err(), Some(Damage::Truncated), "{length}");
        }
        read(&whole[..used], false).expect("whole");
    }
}

#[test]
fn a_file_that_is_shorter_than_it_was_holds_less() {
    for whole in files() {
        let all = counts(&read(&whole, false).expect("a file"));
        let (mut fewer, mut damaged) = (0, 0);
        for length in (header::LENGTH..whole.len()).step_by(STEP) {
            let mut cut = whole[..length].to_vec();
            cut[16..24].copy_from_slice(&(length as u64).to_ne_bytes());
            for torn in [false, true] {
                match read(&cut, torn) {
                    Ok(contents) => {
                        use_up(&contents, &cut);
                        let now = counts(&contents);
                        assert!(now.iter().zip(&all).all(|(now, all)| now <= all), "{now:?}");
                        fewer += usize::from(now != all);
                    }
                    Err(damage) => {
                        assert_eq!(damage, Damage::Corrupt, "{length}");
                        damaged += 1;
                    }
                }
            }
        }
        assert!(cfg!(miri) || fewer > 0 && damaged > 0, "{fewer} and {damaged}");
    }
}

#[test]
fn any_bit_may_be_another() {
    for whole in files() {
        let (mut others, mut damaged) = (0, 0);
        for bit in (0..whole.len() * 8).step_by(STEP) {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            for torn in [false, true] {
                match read(&bytes, torn) {
                    Ok(contents) => {
                        use_up(&contents, &bytes);
                        others += 1;
                    }
                    Err(_) => damaged += 1,
                }
            }
        }
        assert!(cfg!(miri) || others > 0 && damaged > 0, "{others} and {damaged}");
    }
}

#[test]
fn records_that_nobody_knows_or_that_are_gone_are_passed_over() {
    let mut made = whole();
    made.record(200, &[u64::MAX; 3]);
    made.record(7, &[]);
    made.word(Head { sort: sort::SERIES, there: false, words: 2 }.word());
    made.word(u64::MAX);
    made.word(Head { sort: sort::EXEMPLAR, there: false, words: 1 }.word());
    made.series(&series());
    assert_eq!(counts_of(made), Ok([1, 2, 2, 1, 1, 6]));
}

#[test]
fn links_lead_on_and_never_back() {
    let linked = |next: &dyn Fn(u64) -> u64| {
        let mut made = whole();
        let here = made.end();
        made.link(next(here));
        made.word(u64::MAX);
        made.series(&series());
        counts_of(made)
    };
    let [one, two] = [1, 2].map(|series| Ok([1, series, 2, 1, 1, 6]));
    assert_eq!(linked(&|here| here + 24), two, "over what is none");
    assert_eq!(linked(&|_| u64::MAX), one, "out of the file");
    for back in [&|here| here, &|here| here - 8, &|_| 0, &|_| 256] as [&dyn Fn(u64) -> u64; 4] {
        assert_eq!(linked(back), Err(Damage::Corrupt));
    }
}

#[test]
fn heads_that_lead_nowhere_are_refused() {
    for words in [0, 1_000, u32::MAX] {
        for there in [false, true] {
            let mut made = whole();
            made.word(Head { sort: sort::SERIES, there, words }.word());
            assert_eq!(counts_of(made), Err(Damage::Corrupt), "{words}");
        }
    }
}

#[test]
fn no_more_cells_than_the_file_has() {
    let with = |cells: &[Cells]| {
        let mut made = whole();
        for cells in cells {
            made.write(sort::CELLS, &cells.write());
        }
        counts_of(made).map(|[.., blocks, _, _, cells]| (blocks, cells))
    };
    let cells = |first, count, offset| Cells { first, count, offset };
    assert_eq!(with(&[cells(0, 20, 256)]), Ok((3, 26)));
    assert_eq!(with(&[cells(u32::MAX - 9, 9, 256), cells(5, 0, 0)]), Ok((4, 15)));
    let refused = [
        cells(0, 1_000, 256),
        cells(0, u32::MAX, 8),
        cells(0, 1, u64::MAX - 7),
        cells(0, 1, 1 << 20),
        cells(0, 1, 257),
        cells(u32::MAX, 2, 256),
    ];
    for cells in refused {
        assert_eq!(with(&[cells]), Err(Damage::Corrupt), "{cells:?}");
    }
    // Each of them is in the file, and together they are more.
    assert_eq!(with(&[cells(0, 40, 256); 9]), Err(Damage::Corrupt));
}

#[test]
fn others_files_are_told_apart() {
    let with = |at: usize, word: u64| {
        let mut bytes = finish(whole());
        bytes[at * 8..at * 8 + 8].copy_from_slice(&word.to_ne_bytes());
        read(&bytes, true).err()
    };
    assert_eq!(with(1, 1 << 32 | 1), None);
    for word in [2 << 32 | 1, 2 << 32 | 9, u64::MAX] {
        assert_eq!(with(1, word), Some(Damage::Newer), "{word:x}");
    }
    for word in [0, 1, 1 << 32, 1 << 32 | 3] {
        assert_eq!(with(1, word), Some(Damage::Foreign), "{word:x}");
    }
    assert_eq!(with(0, 0), Some(Damage::Foreign));
    assert_eq!(with(2, u64::MAX), Some(Damage::Truncated));
}

#[test]
fn in_a_torn_file_records_without_sense_are_passed_over() {
    let nonsense = [
        (sort::METRIC, &[u64::MAX; 20][..]),
        (sort::SERIES, &[1, 2, u64::MAX]),
        (sort::CELLS, &[u64::MAX; 2]),
        (sort::CELLS, &[1 << 32, 1 << 40]),
        (sort::ABSORBED, &[u64::MAX]),
        (sort::METRIC, &[]),
    ];
    for (sort, content) in nonsense {
        let mut made = whole();
        made.record(sort, content);
        made.series(&series());
        let bytes = finish(made);
        assert_eq!(read(&bytes, false).err(), Some(Damage::Corrupt), "{sort}");
        let contents = read(&bytes, true).expect("what makes sense");
        assert_eq!(counts(&contents), [1, 2, 2, 1, 1, 6], "{sort}");
    }
}
