use super::super::made::{Process, metric, shown};
use super::*;
use crate::combine::Combine;
use crate::content::Content;
use crate::file::Sort;

/// How many sets of processes are made up.
const ROUNDS: u64 = if cfg!(miri) { 1 } else { 25 };

/// So many of them are dead, and two are alive.
const DEAD: u64 = if cfg!(miri) { 2 } else { 4 };

fn bits(number: f64) -> u64 {
    number.to_bits()
}

/// The archive of these, beside the living.
fn archived(sources: &[Source], living: &[Source]) -> Source {
    let header = Header::new(Sort::Archive, Identity::default(), Identity::default());
    let bytes = archive_of(sources, living, &header, &[]);
    let header = Header::of(&bytes).expect("a header");
    Source { header, alive: true, bytes, torn: false }
}

fn labelled(name: &'static str, content: Content) -> Metric<'static> {
    Metric { labels: vec![Label::of_each("a")], ..metric(name, content) }
}

#[test]
fn beyond_the_limit_series_are_one() {
    let labels = vec![Label::of_each("a"), Label::of_all("zone", "z")];
    let limited = Metric { limit: Some(2), labels, ..metric("c", Content::Count) };
    let process = |at, values: [&str; 3]| {
        let cells = [[1], [10], [100]];
        let with = |process: Process, (value, cells): (&str, &[u64; 1])| {
            process.with(&limited, &[value], cells)
        };
        values.into_iter().zip(&cells).fold(Process::new(at), with).dead()
    };
    let sources = [process(1, ["x", "y", "v"]), process(2, ["v", "w", "y"])];
    let first = archived(&sources, &[]);
    assert_eq!(shown(&[first]), ["c,_overflow,z 111", "c,x,z 1", "c,y,z 110"]);
    // What the archive has already stays, and what is alive is shown as it is.
    let first = archived(&sources, &[]);
    let next = archived(&[first, process(3, ["x", "y", "u"])], &[]);
    let living = Process::new(4).with(&limited, &["v"], &[7]).alive();
    assert_eq!(shown(&[next, living]), ["c,_overflow,z 211", "c,v,z 7", "c,x,z 2", "c,y,z 120"]);
}

#[test]
fn of_what_contradicts_that_is_kept_which_agrees_with_the_living() {
    let (count, gauge) = (metric("m", Content::Count), metric("m", Content::Integer));
    let dead = || {
        let newer = Metric { flags: Flags { ended: true, ..Flags::default() }, ..gauge.clone() };
        [
            Process::new(1).with(&count, &[], &[1]).dead(),
            Process::new(2).with(&newer, &[], &[2]).dead(),
        ]
    };
    assert_eq!(shown(&[archived(&dead(), &[])]), ["m 2"]);
    let living = [Process::new(0).with(&count, &[], &[4]).alive()];
    let archive = archived(&dead(), &living);
    let [living] = living;
    assert_eq!(shown(&[archive, living]), ["m 5"]);
}

#[test]
fn what_is_gone_leaves_no_exemplar_and_no_gauge() {
    let gone = || {
        let counted = Process::new(1).with(&metric("c", Content::Count), &[], &[1]);
        counted.exemplar(0, "x", 5).with(&metric("g", Content::Integer), &[], &[3]).dead()
    };
    assert_eq!(shown(&[gone()]), ["c 1#x"]);
    assert_eq!(shown(&[archived(&[gone()], &[])]), ["c 1"]);
}

#[test]
fn what_a_float_has_no_room_for_is_kept() {
    let float = metric("c", Content::FloatCount);
    let process = |at, number: f64| Process::new(at).with(&float, &[], &[bits(number)]).dead();
    let large = archived(&[process(1, 1e16), process(2, 1.0)], &[]);
    assert_eq!(shown(&[large, process(3, -1e16)]), ["c 1"]);
}

#[test]
fn seconds_of_who_is_gone_are_what_they_were() {
    let seconds = Metric { bounds: vec![1.0], ..metric("h", Content::Seconds) };
    let float = Metric { content: Content::Histogram.number(), ..seconds.clone() };
    let mut numbers = Numbers(1);
    for _ in 0..ROUNDS {
        let cells = [1, 2].map(|at| (at, [0, 1, numbers.below(1 << 30) * 1_001]));
        let dead = || cells.map(|(at, cells)| Process::new(at).with(&seconds, &[], &cells).dead());
        let cells = [0, 1, numbers.float()];
        let living = || Process::new(3).with(&float, &[], &cells).alive();
        let expected = shown(&dead().into_iter().chain([living()]).collect::<Vec<_>>());
        assert_eq!(shown(&[archived(&dead(), &[living()]), living()]), expected);
    }
}

/// All that a metric can be, two of a name where those of one process may be another's.
fn metrics() -> Vec<Metric<'static>> {
    let kept = Flags { ended: true, ..Flags::default() };
    let histogram = |name, bounds: &[f64], native| {
        let flags = Flags { native, ..Flags::default() };
        Metric { bounds: bounds.to_vec(), flags, ..labelled(name, Content::Histogram) }
    };
    let gauge = |name, content, combine: Combine, flags| Metric {
        combine: combine.number(),
        flags,
        ..labelled(name, content)
    };
    let mut metrics = vec![
        labelled("count", Content::Count),
        labelled("float", Content::FloatCount),
        labelled("mixed", Content::Count),
        labelled("mixed", Content::FloatCount),
        labelled("summary", Content::Summary),
        histogram("bounds", &[0.5, 2.0], false),
        histogram("bounds", &[1.0], false),
        histogram("native", &[1.0], true),
        histogram("some_native", &[1.0], true),
        histogram("some_native", &[1.0], false),
        histogram("seconds", &[1.0], false),
        Metric { bounds: vec![0.5, 1.0], ..labelled("seconds", Content::Seconds) },
        Metric { bounds: vec![0.5], ..labelled("whole_seconds", Content::Seconds) },
        gauge("under_way", Content::UnderWay, Combine::Sum, Flags::default()),
        gauge("of_the_living", Content::Number, Combine::Max, Flags::default()),
        gauge("kept", Content::Number, Combine::Sum, kept),
        gauge("kept_whole", Content::Integer, Combine::Sum, kept),
    ];
    for (name, combine) in [
        ("max", Combine::Max),
        ("min", Combine::Min),
        ("recent", Combine::MostRecent),
        ("own", Combine::PerProcess),
    ] {
        metrics.push(gauge(name, Content::Integer, combine, kept));
        metrics.push(gauge(name, Content::Number, combine, kept));
    }
    metrics
}

/// Numbers that look random (D. E. Knuth, "The Art of Computer Programming", volume 2, section 3.3.4).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % most
    }

    /// A float that has digits to be lost.
    fn float(&mut self) -> u64 {
        let number = u32::try_from(self.below(1 << 30)).expect("small");
        bits(f64::from(number) / 1e7)
    }

    fn cells(&mut self, metric: &Metric<'_>, process: u64) -> Vec<u64> {
        let content = Content::of(metric.content).expect("a content");
        match content {
            Content::Count => vec![self.below(1 << 20)],
            Content::FloatCount => vec![self.float()],
            Content::Summary => vec![self.below(9), self.float()],
            Content::UnderWay => vec![9 + self.below(9), self.below(9)],
            // No two were set at one time.
            Content::Number => vec![self.float(), self.below(9) * 100 + process],
            Content::Integer => {
                let number = i64::try_from(self.below(99)).expect("small") - 50;
                vec![number.cast_unsigned(), self.below(9) * 100 + process]
            }
            Content::Histogram | Content::Seconds => {
                let mut cells: Vec<_> = (0..=metric.bounds.len()).map(|_| self.below(9)).collect();
                let whole = content == Content::Seconds;
                cells.push(if whole { self.below(1 << 30) * 1_001 } else { self.float() });
                cells
            }
        }
    }

    fn process(&mut self, at: u64, metrics: &[Metric<'_>]) -> Process {
        let mut process = Process::new(at).since(1_000 + self.below(100));
        for sorts in metrics.chunk_by(|one, other| one.name == other.name) {
            let metric = &sorts[usize::from(self.below(2) == 1) % sorts.len()];
            for value in ["x", "y"] {
                if self.below(3) > 0 {
                    process = process.with(metric, &[value], &self.cells(metric, at));
                    if metric.flags.native {
                        let sum = u32::try_from(metric.bounds.len() + 1).expect("a few");
                        let bucket = u32::try_from(self.below(native::CELLS.into())).expect("few");
                        process = process.cells(sum + 1 + bucket, &[self.below(9)]);
                    }
                }
            }
        }
        process
    }
}

/// Those that are alive are the last ones.
fn processes(seed: u64) -> Vec<Source> {
    let mut numbers = Numbers(seed);
    let every = if cfg!(miri) { 10 } else { 1 };
    let metrics: Vec<_> = metrics().into_iter().step_by(every).collect();
    let processes = (0..DEAD + 2).map(|at| {
        let process = numbers.process(at, &metrics);
        if at < DEAD { process.dead() } else { process.alive() }
    });
    processes.collect()
}

fn described(sources: &[Source]) -> Vec<String> {
    let plan = Plan::new(sources, Purpose::Exposition);
    let described = plan.totals.iter().map(|total| {
        let family = &plan.families[total.family];
        let (names, content) = (&family.label_names, total.content);
        let described = (&*family.name, &*family.help, family.kind, names, family.ended);
        format!("{described:?} {content:?} {:?} {}", total.labels, total.created_ms)
    });
    described.collect()
}

#[test]
fn the_archive_of_some_adds_up_to_what_they_do() {
    for seed in 0..ROUNDS {
        let all = processes(seed);
        let expected = (shown(&all), described(&all));
        assert!(expected.0.len() > if cfg!(miri) { 1 } else { 20 }, "{expected:?}");
        let folded = |batches: &[&[usize]]| {
            let mut left: Vec<_> = processes(seed).into_iter().map(Some).collect();
            let living = [left.pop(), left.pop()].map(|living| living.flatten().expect("alive"));
            let mut archive = None;
            for batch in batches {
                let dead = batch.iter().filter_map(|at| left.get_mut(*at)?.take());
                let sources: Vec<_> = archive.into_iter().chain(dead).collect();
                archive = Some(archived(&sources, &living));
            }
            let dead = left.into_iter().flatten();
            let sources: Vec<_> = archive.into_iter().chain(dead).chain(living).collect();
            (shown(&sources), described(&sources))
        };
        let ways: [&[&[usize]]; 3] = [&[&[0, 1, 2, 3]], &[&[2], &[3, 0], &[1]], &[&[3, 1]]];
        for way in &ways[..if cfg!(miri) { 1 } else { 3 }] {
            assert_eq!(folded(way), expected, "{seed}, {way:?}");
        }
    }
}
