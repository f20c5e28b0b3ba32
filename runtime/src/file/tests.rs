use super::bytes::Writing;
use super::contents::Block;
use super::record::{Cells, Head, read_absorbed, write_absorbed, write_exemplar};
use super::*;
use crate::exemplar::Exemplar;

/// As many bytes as the words are that it is written as.
fn bytes(content: &Writing) -> Vec<u8> {
    content.words().flat_map(u64::to_ne_bytes).collect()
}

/// Each word of it is the number of its place, but for the first two.
fn header(sort: Sort) -> Header {
    Header {
        sort,
        used: 2,
        changes: 3,
        identity: Identity([4, 5]),
        life: Identity([6, 7]),
        boot: Identity([8, 9]),
        started_ns: 10,
        worker: 11,
        pid: 12,
        pid_namespace: 13,
        start_ticks: 14,
        generation: 15,
        cpu_ns: 16,
        limit: 17,
    }
}

fn metric(group: u64) -> Metric<'static> {
    Metric {
        group,
        place: 2,
        content: 5,
        combine: 4,
        flags: Flags::default(),
        limit: None,
        since_ns: 7,
        name: "jobs_total".into(),
        help: "接口\n\"".into(),
        labels: Vec::new(),
        bounds: Vec::new(),
    }
}

fn series(group: u64, first: u32, values: &[&'static str]) -> Series<'static> {
    let values = values.iter().map(|value| (*value).into()).collect();
    Series { group, first, created_ms: 1_000 + group, values }
}

fn is_written(written: &Written<'_>, series: &Series<'_>) -> bool {
    (written.group, written.first, written.created_ms)
        == (series.group, series.first, series.created_ms)
        && written.values().eq(series.values.iter())
        && written.bytes().eq(series.values.iter().map(|value| value.as_bytes()))
}

#[test]
fn a_header_has_its_words_where_the_format_says() {
    for (sort, number) in [(Sort::Process, 1), (Sort::Archive, 2)] {
        let words = header(sort).words();
        assert_eq!(words[0].to_ne_bytes(), *b"TALLYMRK");
        assert_eq!(words[1], 1 << 32 | number);
        assert!(words[2..18].iter().copied().eq(2..18), "{words:?}");
        assert!(words[18..].iter().all(|word| *word == 0), "{words:?}");
        let bytes: Vec<u8> = words.into_iter().flat_map(u64::to_ne_bytes).collect();
        assert_eq!((bytes.len(), Header::of(&bytes)), (256, Ok(header(sort))));
    }
}

#[test]
fn heads_are_read_as_they_were_written() {
    let head = Head { sort: 4, there: true, words: 3 };
    assert_eq!(head.word(), 3 << 32 | 1 << 8 | 4);
    for head in [head, Head { there: false, ..head }, Head { words: u32::MAX, ..head }] {
        assert_eq!(Head::of(head.word()), head);
    }
}

#[test]
fn metrics_are_read_as_they_were_written() {
    let labels = [
        vec![],
        vec![Label::of_each("a"), Label::of_all("zone", "接口"), Label::of_each("b")],
        vec![Label::of_all("empty", "")],
    ];
    let bounds = [vec![], vec![-1.5, 0.0, f64::MAX]];
    let all = labels.iter().flat_map(|labels| bounds.iter().map(move |bounds| (labels, bounds)));
    for (at, (labels, bounds)) in (0_u64..).zip(all) {
        for bits in (0..8).step_by(if cfg!(miri) { 7 } else { 1 }) {
            let [native, ended, apart] = [1, 2, 4].map(|bit| bits & bit > 0);
            let metric = Metric {
                flags: Flags { native, ended, apart },
                labels: labels.clone(),
                bounds: bounds.clone(),
                ..metric(at)
            };
            assert_eq!(Metric::read(&bytes(&metric.write())), Some(metric));
        }
    }
}

#[test]
fn texts_of_every_length_are_read() {
    for length in (0..20).step_by(if cfg!(miri) { 7 } else { 1 }) {
        let text = "x".repeat(length);
        let metric = Metric {
            name: (&*text).into(),
            labels: vec![Label::of_all(&text, &text)],
            ..metric(1)
        };
        assert_eq!(Metric::read(&bytes(&metric.write())).as_ref(), Some(&metric));
        let series = Series { values: vec![(&*text).into(); 3], ..series(1, 2, &[]) };
        let content = bytes(&series.write());
        let written = Written::read(&content).expect("a series");
        assert!(is_written(&written, &series), "{written:?}");
        let labels = vec![(text.clone(), text.clone()); length];
        let exemplar = Exemplar { labels, value: -0.5, at_ms: u64::MAX };
        let words = write_exemplar(u32::MAX, &exemplar).into_iter();
        let content: Vec<u8> = words.chain([7; 3]).flat_map(u64::to_ne_bytes).collect();
        assert_eq!(read_exemplar(&content), Some((u32::MAX, exemplar)), "before one's rest");
    }
}

#[test]
fn places_and_identities_are_read_as_they_were_written() {
    let cells = Cells { first: 1, count: u32::MAX, offset: u64::MAX - 1 };
    assert_eq!(Cells::read(&bytes(&cells.write())), Some(cells));
    for count in 0..4 {
        let identities: Vec<_> = (0..count).map(|at| Identity([at, u64::MAX - at])).collect();
        assert_eq!(read_absorbed(&bytes(&write_absorbed(&identities))), Some(identities));
    }
}

#[test]
fn records_that_end_too_early_are_none() {
    let ends = |content: &[u8], is_read: &dyn Fn(&[u8]) -> bool| {
        assert!(is_read(content), "{content:?}");
        // The last word may be filled up, and there is something in it.
        for length in 0..=content.len() - 8 {
            assert!(!is_read(&content[..length]), "{length} of {content:?}");
        }
    };
    let metric =
        Metric { labels: vec![Label::of_each("a")], bounds: vec![1.0, 2.0], ..metric(1) }.write();
    ends(&bytes(&metric), &|bytes| Metric::read(bytes).is_some());
    let series = series(1, 2, &["abcd", "efghi"]).write();
    ends(&bytes(&series), &|bytes| Written::read(bytes).is_some());
    let cells = Cells { first: 0, count: 1, offset: 8 }.write();
    ends(&bytes(&cells), &|bytes| Cells::read(bytes).is_some());
    let absorbed = write_absorbed(&[Identity([1, 2]), Identity([3, 4])]);
    ends(&bytes(&absorbed), &|bytes| read_absorbed(bytes).is_some());
    let labels = vec![("a".to_owned(), "b".to_owned()); 2];
    let exemplar = write_exemplar(0, &Exemplar { labels, value: 1.0, at_ms: 2 });
    let exemplar: Vec<u8> = exemplar.into_iter().flat_map(u64::to_ne_bytes).collect();
    ends(&exemplar, &|bytes| read_exemplar(bytes).is_some());
}

#[test]
fn an_archive_is_read_as_it_was_written() {
    let metrics = [
        Metric { labels: vec![Label::of_each("a")], bounds: vec![0.5], ..metric(0) },
        Metric { flags: Flags { native: true, ..Flags::default() }, ..metric(1) },
    ];
    let series = [series(0, 0, &["x"]), series(0, 4, &["y"]), series(1, 8, &[])];
    let mut runs = Vec::new();
    // Two that follow each other, native buckets far from them, and others for the same slots.
    for (first, cells) in [(0, &[1, 2, 3, 4][..]), (4, &[5, 6, 7, 8]), (300, &[9; 128])] {
        Run::put(&mut runs, first, cells);
    }
    let mut beside = Vec::new();
    Run::put(&mut beside, 3, &[10]);
    runs.extend(beside);
    let absorbed = [Identity([1, 2]), Identity([3, 4])];
    let bytes = archive(&header(Sort::Archive), &metrics, &series, &runs, &absorbed);
    let header = Header::of(&bytes).expect("a header");
    assert_eq!(header, Header { used: bytes.len(), ..self::header(Sort::Archive) });
    let contents = Contents::read(&header, &bytes, false).expect("an archive");
    assert_eq!(contents.metrics, metrics);
    assert!(contents.series.len() == 3);
    assert!(contents.series.iter().zip(&series).all(|(written, given)| is_written(written, given)));
    assert_eq!(contents.absorbed, absorbed);
    assert!(contents.exemplars.is_empty());
    let cells = |block: &Block| {
        let cells = &bytes[block.offset..block.offset + block.count as usize * 8];
        let (cells, []) = cells.as_chunks() else { panic!("whole cells") };
        (block.first, cells.iter().map(|cell| u64::from_ne_bytes(*cell)).collect::<Vec<_>>())
    };
    let blocks: Vec<_> = contents.blocks.iter().map(cells).collect();
    assert_eq!(blocks, [(0, (1..9).collect()), (300, vec![9; 128]), (3, vec![10])]);
    let empty = archive(&header, &[], &[], &[], &[]);
    let header = Header::of(&empty).expect("a header");
    let contents = Contents::read(&header, &empty, false).expect("an archive");
    assert!(contents.metrics.is_empty() && contents.absorbed.is_empty());
}
