//! Counting from many threads that come and go, read meanwhile: nothing is lost, nothing is counted
//! twice, and no sum goes backwards.

use std::cell::RefCell;
use std::pin::pin;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;

use tallymark::{
    Counter, CounterChild, Gauge, Histogram, Registry, counted, default_registry, gather_text,
    in_flight,
};

const NO_LABELS: &[(&str, &str)] = &[];

fn count(name: &str, labels: &[(&str, &str)]) -> Option<u64> {
    default_registry().counter_value(name, labels)
}

/// Runs it in so many threads, fifty at once.
fn in_threads(threads: usize, body: impl Fn(usize) + Sync) {
    let body = &body;
    for first in (0..threads).step_by(50) {
        thread::scope(|scope| {
            let spawn = |number| scope.spawn(move || body(number));
            let threads: Vec<_> = (first..threads.min(first + 50)).map(spawn).collect();
            // Joined one by one: the end of the scope alone does not wait for their destructors.
            for thread in threads {
                thread.join().expect("no panic");
            }
        });
    }
}

/// Does it over and over while a body runs, and at least once.
fn meanwhile<T>(mut again: impl FnMut() + Send, body: impl FnOnce() -> T) -> T {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            loop {
                let last = over.load(Ordering::Relaxed);
                again();
                if last {
                    break;
                }
            }
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
        over.store(true, Ordering::Relaxed);
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// What a sample stands at in a text; nothing where it is not there.
fn sample(text: &str, name: &str) -> Option<f64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    Some(value.parse().expect("a number"))
}

static SHORT: Counter = Counter::new("short_total", "By threads that end at once.", []);
static SHORT_BY: Counter<1> = Counter::new("short_by_total", "The same, by kind.", ["kind"]);

#[counted(interface = "/short")]
fn short() {}

#[test]
fn ten_thousand_threads_that_end_at_once_are_all_counted() {
    in_threads(10_000, |number| {
        short();
        SHORT.inc_by(2);
        SHORT_BY.with([if number % 2 == 0 { "even" } else { "odd" }]).inc();
    });
    assert_eq!(count("request_processing_total", &[("interface", "/short")]), Some(10_000));
    assert_eq!(SHORT.get(), 20_000);
    assert_eq!(count("short_by_total", &[("kind", "even")]), Some(5_000));
    assert_eq!(count("short_by_total", &[("kind", "odd")]), Some(5_000));
}

static LATE: Counter = Counter::new("late_total", "In destructors.", []);
static LATE_BY: Counter<1> = Counter::new("late_by_total", "In destructors, by order.", ["order"]);
static LATE_SECONDS: Histogram = Histogram::new("late_seconds", "In destructors.", []);
static LATE_LEVEL: Gauge<0, i64> = Gauge::new("late_level", "In destructors.", []);

#[counted(interface = "/late")]
fn late(order: &'static str) {
    LATE.inc();
    LATE_BY.with([order]).inc();
    LATE_SECONDS.observe(0.5);
    drop(LATE_LEVEL.guard());
}

/// Counts when its thread ends.
struct Counts(&'static str);

impl Drop for Counts {
    fn drop(&mut self) {
        late(self.0);
    }
}

thread_local! {
    static FIRST: RefCell<Option<Counts>> = const { RefCell::new(None) };
    static SECOND: RefCell<Option<Counts>> = const { RefCell::new(None) };
    static THIRD: RefCell<Option<Counts>> = const { RefCell::new(None) };
}

#[test]
fn what_is_counted_in_destructors_is_counted_once() {
    default_registry().register(&LATE_SECONDS).expect("no contradiction");
    in_threads(400, |number| match number % 4 {
        // There before the thread counts, so that it goes when the thread's cells have gone, or not:
        // that is the platform's choice.
        0 => {
            FIRST.set(Some(Counts("before")));
            late("body");
        }
        1 => {
            late("body");
            FIRST.set(Some(Counts("after")));
        }
        2 => {
            FIRST.set(Some(Counts("before")));
            late("body");
            SECOND.set(Some(Counts("after")));
            THIRD.set(Some(Counts("after")));
        }
        // Nothing but destructors.
        _ => {
            FIRST.set(Some(Counts("alone")));
            SECOND.set(Some(Counts("alone")));
        }
    });
    let orders = [("before", 200), ("after", 300), ("body", 300), ("alone", 200)];
    for (order, expected) in orders {
        assert_eq!(count("late_by_total", &[("order", order)]), Some(expected), "{order}");
    }
    assert_eq!(LATE.get(), 1_000);
    assert_eq!(count("request_processing_total", &[("interface", "/late")]), Some(1_000));
    assert_eq!(count("late_seconds_count", NO_LABELS), Some(1_000));
    assert_eq!(default_registry().value("late_seconds_sum", NO_LABELS), Some(500.0));
    assert_eq!(LATE_LEVEL.get(), 0);
}

static RISING: Counter = Counter::new("rising_total", "Read while it rises.", []);
static RISING_BY: Counter<1> = Counter::new("rising_by_total", "Read while it rises.", ["by"]);
static RISING_FLOAT: Counter<0, f64> = Counter::new("rising_float_total", "Read meanwhile.", []);
static RISING_SECONDS: Histogram = Histogram::new("rising_seconds", "Read while it rises.", []);

#[test]
fn no_sum_goes_backwards_while_threads_come_and_go() {
    let names = [
        "rising_total",
        r#"rising_by_total{by="all"}"#,
        "rising_float_total",
        "rising_seconds_count",
        "rising_seconds_sum",
        r#"rising_seconds_bucket{le="+Inf"}"#,
    ];
    default_registry().register(&RISING_SECONDS).expect("no contradiction");
    let mut before = [0.0; 6];
    let read = || {
        let text = gather_text();
        for (name, before) in names.iter().zip(&mut before) {
            let now = sample(&text, name).unwrap_or(0.0);
            assert!(now >= *before, "{name}: {before}, then {now}");
            *before = now;
        }
    };
    meanwhile(read, || {
        in_threads(400, |_| {
            let kept = RISING_BY.child(["all"]);
            for _ in 0..250 {
                RISING.inc();
                kept.inc();
                RISING_BY.with(["all"]).inc();
                RISING_FLOAT.inc_by(0.1);
                RISING_SECONDS.observe(0.3);
            }
        });
    });
    assert_eq!(RISING.get(), 100_000);
    assert_eq!(count("rising_by_total", &[("by", "all")]), Some(200_000));
    assert_eq!(count("rising_seconds_count", NO_LABELS), Some(100_000));
    assert!((RISING_FLOAT.get() - 10_000.0).abs() < 1e-6, "{}", RISING_FLOAT.get());
}

static STORM: Counter<1> = Counter::new("storm_total", "Children come and go.", ["child"]);

#[test]
fn children_that_are_removed_take_nothing_of_the_others_with_them() {
    let read = || {
        let text = gather_text();
        for line in text.lines().filter(|line| line.starts_with("storm_total{child=\"own")) {
            // Nobody counts further in these before they are removed.
            let value: u64 = line.rsplit(' ').next().expect("a value").parse().expect("a number");
            assert!(value <= 10, "{line}");
        }
    };
    meanwhile(read, || {
        thread::scope(|scope| {
            for thread in 0..8 {
                scope.spawn(move || {
                    let own = format!("own{thread}");
                    for _ in 0..100 {
                        assert_eq!(count("storm_total", &[("child", &own)]), None);
                        for _ in 0..10 {
                            STORM.with([&own]).inc();
                            STORM.with(["kept"]).inc();
                            STORM.with(["contested"]).inc();
                        }
                        assert_eq!(count("storm_total", &[("child", &own)]), Some(10));
                        STORM.remove(["contested"]);
                        assert!(STORM.remove([&own]));
                    }
                });
            }
        });
    });
    assert_eq!(count("storm_total", &[("child", "kept")]), Some(8_000));
    STORM.remove(["contested"]);
    STORM.with(["contested"]).inc();
    assert_eq!(count("storm_total", &[("child", "contested")]), Some(1));
}

static ATTACKED: Counter<2> =
    Counter::new("attacked_total", "By values that are made up.", ["app", "id"]);

#[test]
fn who_makes_up_values_gets_no_more_series_than_there_may_be() {
    let known = ATTACKED.child(["known", "0"]);
    thread::scope(|scope| {
        for thread in 0..4 {
            let known: CounterChild = known.clone();
            scope.spawn(move || {
                for id in 0..10_000 {
                    // Half of them are made up by two threads.
                    let id = if id % 2 == 0 { format!("{id}") } else { format!("{thread}-{id}") };
                    ATTACKED.with(["attack", &id]).inc();
                    ATTACKED.with(["known", "0"]).inc();
                    known.inc();
                }
            });
        }
    });
    assert_eq!(count("attacked_total", &[("app", "known"), ("id", "0")]), Some(80_000));
    let text = gather_text();
    let lines = || text.lines().filter(|line| line.starts_with("attacked_total{"));
    assert_eq!(lines().count(), 2_001, "the limit, and what stands for the rest");
    let values = lines().map(|line| line.rsplit(' ').next().expect("a value").parse::<u64>());
    assert_eq!(values.map(|value| value.expect("a number")).sum::<u64>(), 120_000);
    let rest = count("attacked_total", &[("app", "_overflow"), ("id", "_overflow")]);
    assert!(rest.is_some_and(|rest| rest > 0));
    let overflows = count("tallymark_series_overflow_total", &[("metric", "attacked_total")]);
    assert_eq!(overflows, rest);
}

static HAUNTED: Counter<1> = Counter::new("haunted_total", "Counted after removal.", ["child"]);

#[test]
fn what_is_counted_after_removal_is_in_no_new_child() {
    for round in 0..50 {
        let (send, receive) = mpsc::channel::<CounterChild>();
        thread::scope(|scope| {
            scope.spawn(move || {
                for kept in receive {
                    kept.inc_by(1_000);
                }
            });
            for _ in 0..5 {
                let kept = HAUNTED.child(["ghost"]);
                kept.inc();
                assert!(HAUNTED.remove(["ghost"]));
                send.send(kept).expect("the thread waits");
                // The slot of this one must not be that of the kept one.
                let new = HAUNTED.child(["ghost"]);
                new.inc();
                assert_eq!(count("haunted_total", &[("child", "ghost")]), Some(1), "{round}");
                assert!(HAUNTED.remove(["ghost"]));
            }
            drop(send);
        });
        // All are gone, and their slots may be had.
        HAUNTED.with(["ghost"]).inc();
        assert_eq!(count("haunted_total", &[("child", "ghost")]), Some(1), "{round}");
        assert!(HAUNTED.remove(["ghost"]));
    }
}

static LEVEL: Gauge<0, i64> = Gauge::new("moved_level", "Guards that change threads.", []);
static LEVEL_BY: Gauge<1, i64> = Gauge::new("moved_level_by", "The same, by kind.", ["kind"]);

/// Ready when it is polled for the second time.
async fn twice() {
    let mut polled = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[in_flight(interface = "/moves")]
async fn moves() {
    twice().await;
}

#[in_flight(interface = "/moves/by", name = "moves_in_flight", help = "Moved.", labels(kind = kind))]
async fn moves_by(kind: String) {
    twice().await;
}

#[test]
fn what_is_under_way_is_never_below_zero_though_it_changes_threads() {
    const ENOUGH: f64 = 1_000.0;
    let names = [
        r#"request_processing_in_flight{interface="/moves"}"#,
        r#"moves_in_flight{interface="/moves/by",kind="a"}"#,
        "moved_level",
        r#"moved_level_by{kind="a"}"#,
    ];
    let read = || {
        let text = gather_text();
        for name in names {
            let value = sample(&text, name).unwrap_or(0.0);
            assert!((0.0..=ENOUGH).contains(&value), "{name} {value}");
        }
    };
    default_registry().register(&LEVEL).expect("no contradiction");
    meanwhile(read, || {
        for _ in 0..20 {
            let (send, receive) = mpsc::channel();
            thread::scope(|scope| {
                for _ in 0..4 {
                    let send = send.clone();
                    scope.spawn(move || {
                        for _ in 0..100 {
                            let mut calls = (Box::pin(moves()), Box::pin(moves_by("a".to_owned())));
                            let mut context = Context::from_waker(Waker::noop());
                            assert!(calls.0.as_mut().poll(&mut context).is_pending());
                            assert!(calls.1.as_mut().poll(&mut context).is_pending());
                            let guards = (LEVEL.guard(), LEVEL_BY.with(["a"]).guard());
                            send.send((calls, guards)).expect("a thread waits");
                        }
                    });
                }
                drop(send);
                scope.spawn(move || {
                    for (at, (mut calls, guards)) in receive.into_iter().enumerate() {
                        let mut context = Context::from_waker(Waker::noop());
                        if at % 2 == 0 {
                            assert!(calls.0.as_mut().poll(&mut context).is_ready());
                            assert!(calls.1.as_mut().poll(&mut context).is_ready());
                        }
                        drop((guards, calls));
                    }
                });
            });
        }
    });
    let text = gather_text();
    for name in names {
        assert_eq!(sample(&text, name), Some(0.0), "{name}");
    }
}

static APART: Counter = Counter::new("apart_total", "In scopes.", []);
static APART_BY: Counter<1> = Counter::new("apart_by_total", "In scopes, by thread.", ["by"]);

#[counted(interface = "/apart")]
fn apart() {
    APART.inc();
}

#[test]
fn scopes_of_many_threads_do_not_see_each_other() {
    in_threads(200, |number| {
        let registry = Registry::isolated();
        let by = format!("{}", number % 7);
        let calls = number as u64 + 1;
        registry.scope(|| {
            for _ in 0..calls {
                apart();
                APART_BY.with([&by]).inc();
            }
            assert_eq!(APART.get(), calls);
        });
        let mine = |name: &str, labels: &[(&str, &str)]| registry.counter_value(name, labels);
        assert_eq!(mine("apart_total", NO_LABELS), Some(calls));
        assert_eq!(mine("apart_by_total", &[("by", &by)]), Some(calls));
        assert_eq!(mine("request_processing_total", &[("interface", "/apart")]), Some(calls));
        let others = (0..7).map(|other| format!("{other}")).filter(|other| *other != by);
        for other in others {
            assert_eq!(mine("apart_by_total", &[("by", &other)]), None);
        }
    });
    assert_eq!(count("request_processing_total", &[("interface", "/apart")]), Some(0));
    assert_eq!(APART.get(), 0);
}

static NESTED: Counter = Counter::new("nested_total", "In scopes within scopes.", []);

#[test]
fn a_scope_within_a_scope_ends_where_it_began() {
    let (outer, inner) = (Registry::isolated(), Registry::isolated());
    NESTED.inc();
    outer.scope(|| {
        NESTED.inc_by(10);
        inner.scope(|| {
            NESTED.inc_by(100);
            outer.scope(|| NESTED.inc_by(1_000));
            default_registry().scope(|| NESTED.inc_by(10_000));
            NESTED.inc_by(200);
        });
        let panics = || inner.scope(|| -> () { panic!("inside of a scope") });
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).is_err());
        NESTED.inc_by(20);
        // A thread that is started in a scope is not in it.
        thread::scope(|scope| scope.spawn(|| NESTED.inc_by(20_000)).join()).expect("no panic");
    });
    NESTED.inc();
    assert_eq!(outer.counter_value("nested_total", NO_LABELS), Some(1_030));
    assert_eq!(inner.counter_value("nested_total", NO_LABELS), Some(300));
    assert_eq!(count("nested_total", NO_LABELS), Some(30_002));
}

static POLLED: Counter = Counter::new("polled_total", "In a future's scope.", []);
static POLLED_BY: Counter<1> = Counter::new("polled_by_total", "In a future's scope.", ["by"]);

#[test]
fn a_future_counts_for_its_scope_in_whichever_thread() {
    let registries = [(); 8].map(|()| Registry::isolated());
    let steps = async |number: u64| {
        let kept = POLLED_BY.child(["kept"]);
        for _ in 0..50 {
            POLLED.inc_by(number + 1);
            POLLED_BY.with(["found"]).inc();
            kept.inc();
            twice().await;
        }
    };
    let mut futures: Vec<_> = registries
        .iter()
        .zip(0..)
        .map(|(registry, number)| Box::pin(registry.scope_async(steps(number))))
        .collect();
    // Each poll is in another thread than the one before, and all of them at once.
    while !futures.is_empty() {
        futures = thread::scope(|scope| {
            let polls = futures.into_iter().map(|mut future| {
                scope.spawn(move || {
                    let mut context = Context::from_waker(Waker::noop());
                    future.as_mut().poll(&mut context).is_pending().then_some(future)
                })
            });
            let polls: Vec<_> = polls.collect();
            polls.into_iter().filter_map(|poll| poll.join().expect("no panic")).collect()
        });
    }
    for (registry, number) in registries.iter().zip(0..) {
        let value = |name: &str, labels: &[(&str, &str)]| registry.counter_value(name, labels);
        assert_eq!(value("polled_total", NO_LABELS), Some((number + 1) * 50));
        assert_eq!(value("polled_by_total", &[("by", "found")]), Some(50));
        assert_eq!(value("polled_by_total", &[("by", "kept")]), Some(50));
    }
    assert_eq!(POLLED.get(), 0);
    assert_eq!(count("polled_by_total", &[("by", "found")]), None);
}

#[in_flight(interface = "/outlives")]
async fn outlives() {
    twice().await;
}

#[test]
fn a_call_that_begins_in_a_scope_ends_there_wherever_it_is_dropped() {
    let labels = &[("interface", "/outlives")];
    let name = "request_processing_in_flight";
    let registry = Registry::isolated();
    for end in 0..4 {
        let mut call = Box::pin(outlives());
        let mut begin = || {
            let mut context = Context::from_waker(Waker::noop());
            call.as_mut().poll(&mut context).is_pending()
        };
        assert!(registry.scope(&mut begin));
        assert_eq!(registry.value(name, labels), Some(1.0));
        match end {
            0 => drop(call),
            1 => thread::spawn(move || drop(call)).join().expect("no panic"),
            2 => Registry::isolated().scope(|| drop(call)),
            _ => registry.scope(|| drop(call)),
        }
        assert_eq!(registry.value(name, labels), Some(0.0), "{end}");
        assert_eq!(default_registry().value(name, labels), Some(0.0), "{end}");
    }
    // It is under way still when its registry goes, and another registry is made.
    let mut call = Box::pin(outlives());
    let begun = registry.scope(|| {
        let mut context = Context::from_waker(Waker::noop());
        call.as_mut().poll(&mut context).is_pending()
    });
    assert!(begun);
    drop(registry);
    let next = Registry::isolated();
    assert_eq!(next.value(name, labels), Some(0.0));
    drop(call);
    assert_eq!(next.value(name, labels), Some(0.0));
    assert_eq!(default_registry().value(name, labels), Some(0.0));
}

#[test]
fn a_registry_begins_at_zero_though_there_were_others() {
    static AGAIN: Counter<1> = Counter::new("again_total", "In one scope after another.", ["by"]);
    let rounds = Barrier::new(4);
    in_threads(4, |thread| {
        for round in 0..100 {
            let registry = Registry::isolated();
            rounds.wait();
            assert!(!registry.gather_text().contains("again_total{"), "{round}");
            let by = [if thread % 2 == 0 { "even" } else { "odd" }];
            // A second thread counts in it, and is gone before the registry is.
            thread::scope(|scope| {
                scope.spawn(|| registry.scope(|| AGAIN.with(by).inc()));
                registry.scope(|| AGAIN.with(by).inc_by(2));
            });
            assert_eq!(registry.counter_value("again_total", &[("by", by[0])]), Some(3));
        }
    });
}

#[test]
fn owned_families_go_while_they_are_read() {
    let registry = Registry::new();
    let read = || {
        let text = registry.gather_text();
        for line in text.lines().filter(|line| line.starts_with("owned_")) {
            let value = line.rsplit(' ').next().expect("a value").parse::<u64>();
            // What a new family has of one before it would be more, or less.
            assert!(value.is_ok_and(|value| [0, 1, 101].contains(&value)), "{line}");
        }
    };
    meanwhile(read, || {
        thread::scope(|scope| {
            for thread in 0..4 {
                let registry = &registry;
                scope.spawn(move || {
                    for _ in 0..500 {
                        let name = format!("owned_{thread}_total");
                        let one = Counter::<0>::owned(&name, "Comes and goes.", []);
                        let one = one.expect("a good name");
                        let name = format!("owned_by_{thread}_total");
                        let many = Counter::<1>::owned(&name, "Comes and goes.", ["by"]);
                        let many = many.expect("a good name");
                        registry.register(&one).expect("no contradiction");
                        registry.register(&many).expect("no contradiction");
                        one.inc();
                        many.with(["a"]).inc();
                        let kept = many.child(["b"]);
                        kept.inc();
                        assert_eq!(one.get(), 1);
                        drop((one, many));
                        // In nothing that anybody reads, but for who has just found the family.
                        kept.inc_by(100);
                    }
                });
            }
        });
    });
    assert_eq!(registry.gather_text(), "");
}

#[test]
fn a_pinned_future_in_a_scope_is_dropped_in_it() {
    static DROPPED: Counter = Counter::new("dropped_total", "When a future is dropped.", []);
    struct CountsDrop;
    impl Drop for CountsDrop {
        fn drop(&mut self) {
            DROPPED.inc();
        }
    }
    let registry = Registry::isolated();
    {
        let future = pin!(registry.scope_async(async {
            let _counts = CountsDrop;
            twice().await;
        }));
        let mut context = Context::from_waker(Waker::noop());
        assert!(future.poll(&mut context).is_pending());
    }
    assert_eq!(registry.counter_value("dropped_total", NO_LABELS), Some(1));
    assert_eq!(DROPPED.get(), 0);
}
