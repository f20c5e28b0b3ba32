use super::super::building::Purpose;
use super::super::made::{Process, metric, show, shown};
use super::*;
use crate::combine::Combine;
use crate::content::Content;
use crate::file::Flags;
use crate::file::{Label, Metric};

fn bits(number: f64) -> u64 {
    number.to_bits()
}

fn gauge(content: Content, combine: Combine) -> Metric<'static> {
    Metric { combine: combine.number(), ..metric("g", content) }
}

fn histogram(bounds: &[f64]) -> Metric<'static> {
    Metric { bounds: bounds.to_vec(), ..metric("h", Content::Histogram) }
}

fn native() -> Metric<'static> {
    Metric { flags: Flags { native: true, ..Flags::default() }, ..histogram(&[1.0]) }
}

/// What a metric comes to of which two processes have one series each, with these cells.
fn of_two(one: (&Metric<'_>, &[u64]), other: (&Metric<'_>, &[u64])) -> Vec<String> {
    let processes = [(1, one), (2, other)];
    shown(&processes.map(|(at, (metric, cells))| Process::new(at).with(metric, &[], cells).alive()))
}

#[test]
fn counters_add_up_over_threads_and_processes() {
    let metric = Metric { labels: vec![Label::of_each("a")], ..metric("c", Content::Count) };
    let one = Process::new(1).with(&metric, &["x"], &[1]).cells(0, &[2]).cells(0, &[3]);
    let other = Process::new(2).with(&metric, &["y"], &[]).with(&metric, &["x"], &[10]);
    let gone = Process::new(3).with(&metric, &["x"], &[100]).dead();
    assert_eq!(shown(&[one.alive(), other.alive(), gone]), ["c,x 116", "c,y 0"]);
}

#[test]
fn labels_are_told_apart_by_their_names() {
    let labels = |labels| Metric { labels, ..metric("c", Content::Count) };
    let one = labels(vec![Label::of_each("a"), Label::of_all("b", "y")]);
    let other = labels(vec![Label::of_each("b"), Label::of_each("a")]);
    let sources = [
        Process::new(1).with(&one, &["x"], &[1]).alive(),
        Process::new(2).with(&other, &["y", "x"], &[2]).with(&other, &["x", "y"], &[4]).alive(),
    ];
    // In the order of who began last.
    assert_eq!(shown(&sources), ["c,x,y 4", "c,y,x 3"]);
}

#[test]
fn counters_that_are_floats_add_up_in_any_order() {
    let (float, whole) = (metric("c", Content::FloatCount), metric("c", Content::Count));
    assert_eq!(of_two((&float, &[bits(0.5)]), (&float, &[bits(1.0)])), ["c 1.5"]);
    for [one, other] in
        [[(&whole, &[2][..]), (&float, &[bits(0.5)])], [(&float, &[bits(0.5)]), (&whole, &[2])]]
    {
        assert_eq!(of_two(one, other), ["c 2.5"]);
    }
    let all = |numbers: [f64; 3]| {
        let [one, two, three] = numbers.map(bits);
        let first = Process::new(1).with(&float, &[], &[one]).cells(0, &[two]).alive();
        shown(&[first, Process::new(2).with(&float, &[], &[three]).alive()])
    };
    assert_eq!(all([0.4, 0.1, 0.2]), all([0.1, 0.2, 0.4]));
    assert_eq!(all([1e300, 1.0, -1e300]), ["c 1"]);
}

#[test]
fn gauges_that_are_floats_are_combined() {
    let of = |combine, numbers: [f64; 2]| {
        let gauge = gauge(Content::Number, combine);
        let [one, other] = numbers.map(bits);
        // The first one was set later.
        of_two((&gauge, &[one, 9]), (&gauge, &[other, 8]))
    };
    assert_eq!(of(Combine::Sum, [3.5, -5.0]), ["g -1.5"]);
    assert_eq!(of(Combine::Max, [3.5, -5.0]), ["g 3.5"]);
    assert_eq!(of(Combine::Min, [3.5, -5.0]), ["g -5"]);
    assert_eq!(of(Combine::MostRecent, [3.5, -5.0]), ["g 3.5"]);
    assert_eq!(of(Combine::PerProcess, [3.5, -5.0]), ["g,1 3.5", "g,2 -5"]);
    for numbers in [[f64::NAN, -5.0], [-5.0, f64::NAN]] {
        assert_eq!(of(Combine::Max, numbers), ["g -5"]);
        assert_eq!(of(Combine::Min, numbers), ["g -5"]);
    }
    assert_eq!(of(Combine::Max, [f64::NAN; 2]), ["g NaN"]);
}

#[test]
fn gauges_that_are_whole_are_combined() {
    let of = |combine, numbers: [i64; 2]| {
        let gauge = gauge(Content::Integer, combine);
        let [one, other] = numbers.map(i64::cast_unsigned);
        of_two((&gauge, &[one, 8]), (&gauge, &[other, 9]))
    };
    let large = (1 << 53) + 1;
    assert_eq!(of(Combine::Sum, [-large, 1]), [format!("g {}", 1 - large)]);
    assert_eq!(of(Combine::Max, [-large, -1 - large]), [format!("g {}", -large)]);
    assert_eq!(of(Combine::Min, [large, large + 1]), [format!("g {large}")]);
    assert_eq!(of(Combine::MostRecent, [large, -1]), ["g -1"]);
    assert_eq!(of(Combine::PerProcess, [1, -1]), ["g,1 1", "g,2 -1"]);
}

#[test]
fn gauges_of_which_one_is_whole_are_floats() {
    for (combine, expected) in [
        (Combine::Sum, "g -1.5"),
        (Combine::Max, "g 1.5"),
        (Combine::Min, "g -3"),
        (Combine::MostRecent, "g -3"),
    ] {
        let [whole, float] = [Content::Integer, Content::Number].map(|it| gauge(it, combine));
        let whole = (&whole, &[(-3_i64).cast_unsigned(), 9][..]);
        let float = (&float, &[bits(1.5), 8][..]);
        assert_eq!(of_two(whole, float), [expected], "{combine:?}");
        assert_eq!(of_two(float, whole), [expected], "{combine:?}");
    }
}

#[test]
fn what_is_under_way_is_what_began_and_has_not_ended() {
    let under_way = gauge(Content::UnderWay, Combine::Sum);
    // Of one that was read in between more has ended than began.
    assert_eq!(of_two((&under_way, &[7, 4]), (&under_way, &[2, 3])), ["g 3"]);
    let float = gauge(Content::Number, Combine::Sum);
    assert_eq!(of_two((&under_way, &[7, 4]), (&float, &[bits(0.5)])), ["g 3.5"]);
}

#[test]
fn gauges_of_who_is_gone_are_gone_unless_they_are_kept() {
    let count = |ended, content| {
        let flags = Flags { ended, ..Flags::default() };
        let gauge = Metric { flags, ..gauge(content, Combine::Sum) };
        let process = |at| Process::new(at).with(&gauge, &[], &[5, 1]);
        shown(&[process(1).dead(), process(2).alive()])
    };
    assert_eq!(count(false, Content::Integer), ["g 5"]);
    assert_eq!(count(true, Content::Integer), ["g 10"]);
    assert_eq!(count(true, Content::UnderWay), ["g 4"]);
    let gone = Process::new(1).with(&gauge(Content::Number, Combine::Max), &[], &[bits(1.0)]);
    assert!(shown(&[gone.dead()]).is_empty());
}

#[test]
fn histograms_have_the_bounds_of_all() {
    let (one, other) = (histogram(&[1.0, 4.0]), histogram(&[2.0]));
    let cells = [1, 2, 4, bits(9.5)];
    let lines = of_two((&one, &cells), (&other, &[8, 16, bits(0.5)]));
    // Up to 1, 2, 4 and all: of each process what is at its own bound or below.
    assert_eq!(lines, ["h 1 9 11 31 10 31"]);
    assert_eq!(of_two((&one, &cells), (&one, &cells)), ["h 2 6 14 19 14"]);
    let none = histogram(&[]);
    assert_eq!(of_two((&none, &[3, bits(1.5)]), (&none, &[])), ["h 3 1.5 3"]);
}

#[test]
fn seconds_add_up_as_nanoseconds() {
    let seconds = Metric { bounds: vec![1.0], ..metric("h", Content::Seconds) };
    let cells = [1, 2, 1_500_000_000];
    assert_eq!(of_two((&seconds, &cells), (&seconds, &cells)), ["h 2 6 3 6"]);
    let other = histogram(&[1.0]);
    assert_eq!(of_two((&seconds, &cells), (&other, &[0, 4, bits(0.25)])), ["h 1 7 1.75 7"]);
}

#[test]
fn summaries_add_up() {
    let summary = metric("s", Content::Summary);
    // The sum, and the count.
    assert_eq!(of_two((&summary, &[2, bits(0.5)]), (&summary, &[3, bits(1.0)])), ["s 1.5 5"]);
}

#[test]
fn native_buckets_add_up_where_all_have_them() {
    let bucket = native::cell(1.0);
    let process = |at| {
        let process = Process::new(at).with(&native(), &[], &[at, 0, bits(0.5)]);
        process.cells(3, &[at]).cells(3 + bucket, &[at, 2]).cells(3 + bucket, &[1])
    };
    assert_eq!(
        shown(&[process(1).alive(), process(2).dead()]),
        ["h 3 3 1 3 Native { zero: 3, positive: [(0, 5), (1, 4)], negative: [] }"]
    );
    let other = Process::new(3).with(&histogram(&[1.0]), &[], &[4]).alive();
    assert_eq!(shown(&[process(1).alive(), other]), ["h 5 5 0.5 5"]);
    let empty = Process::new(1).with(&native(), &[], &[]).alive();
    assert_eq!(shown(&[empty]), ["h 0 0 0 0 Native { zero: 0, positive: [], negative: [] }"]);
}

#[test]
fn of_exemplars_the_newest_is_shown_that_is_whole() {
    let (count, few) = (metric("c", Content::Count), histogram(&[1.0]));
    let one = Process::new(1)
        .with(&count, &[], &[1])
        .exemplar(0, "older", 5)
        .exemplar(900, "of nothing", 9)
        .with(&few, &[], &[1, 1])
        .exemplar(0, "low", 5)
        .exemplar(1, "high", 5);
    let other = Process::new(2)
        .with(&count, &[], &[1])
        .exemplar(0, "newer", 6)
        .with(&histogram(&[0.5, 1.0]), &[], &[1, 1])
        .exemplar(1, "lower", 4);
    let (one, mut other) = (one.alive(), other.alive());
    let lines = |one: &Source, other: &Source| {
        let copy =
            |it: &Source| Source { header: it.header.clone(), bytes: it.bytes.clone(), ..*it };
        shown(&[copy(one), copy(other)])
    };
    assert_eq!(lines(&one, &other), ["c 2#newer", "h 1 3#low 4#high 0 4"]);
    let at = other.bytes.windows(5).position(|bytes| bytes == b"newer").expect("an exemplar");
    other.bytes[at] = b'N';
    assert_eq!(lines(&one, &other), ["c 2#older", "h 1 3#low 4#high 0 4"]);
}

#[test]
fn a_series_is_as_old_as_its_oldest_part() {
    let count = metric("c", Content::Count);
    let process = |at, since| Process::new(at).since(since).with(&count, &[], &[1]).alive();
    let created = |sources: &[Source]| Plan::new(sources, Purpose::Exposition).totals[0].created_ms;
    assert_eq!(created(&[process(1, 7), process(2, 5), process(3, u64::MAX)]), 5);
    assert_eq!(created(&[process(1, u64::MAX)]), u64::MAX);
}

#[test]
fn the_family_is_that_of_who_began_last() {
    let gauge = metric("m", Content::Integer);
    let count = Metric { help: "Newer.".into(), ..metric("m", Content::Count) };
    let sources = [
        Process::new(1).with(&gauge, &[], &[1]).alive(),
        Process::new(2).with(&count, &[], &[2]).alive(),
    ];
    let plan = Plan::new(&sources, Purpose::Exposition);
    let Planned { help, kind, .. } = &plan.families[0];
    assert_eq!((&**help, *kind), ("Newer.", Kind::Counter));
    assert_eq!(shown(&sources), ["m 2"]);
}

#[test]
fn a_plan_holds_until_a_series_comes_or_goes() {
    let count = metric("c", Content::Count);
    let process = |cell| [Process::new(1).with(&count, &[], &[cell]).alive()];
    let mut sources = process(1);
    let mut plan = Plan::new(&sources, Purpose::Exposition);
    assert_eq!(show(&mut plan, &sources), ["c 1"]);
    assert_eq!(show(&mut plan, &process(5)), ["c 5"]);
    assert!(plan.is_of(&sources));
    sources[0].header.changes += 1;
    assert!(!plan.is_of(&sources) && !plan.is_of(&[]));
}

#[test]
fn any_bit_may_be_another() {
    let labels = vec![Label::of_each("a")];
    let seconds = Metric { labels, bounds: vec![0.5], ..metric("h", Content::Seconds) };
    let recent = gauge(Content::Number, Combine::MostRecent);
    let process = || {
        let process = Process::new(1).with(&seconds, &["x"], &[1, 2, 3]).exemplar(1, "y", 5);
        process.with(&recent, &[], &[bits(0.5), 1]).alive()
    };
    let (expected, length) = (shown(&[process()]), process().bytes.len());
    let (mut others, mut none) = (0, 0);
    for bit in (Header::LENGTH * 8..length * 8).step_by(if cfg!(miri) { 997 } else { 1 }) {
        let mut source = process();
        source.bytes[bit / 8] ^= 1 << (bit % 8);
        let lines = shown(&[source]);
        others += usize::from(lines != expected);
        none += usize::from(lines.is_empty());
    }
    assert!(cfg!(miri) || others > none && none > 0, "{others} and {none}");
}
