//! Several readers that fold at once what processes left, each stopped where it does harm, if anywhere.

use std::process::Stdio;
use std::thread;

use tallymark_tests::scene::{Scene, exposed, shared};
use tallymark_tests::{Call, Traced};

fn scene() -> Scene {
    Scene::new(env!("CARGO_BIN_EXE_counting"))
}

/// The calls that one makes who folds.
fn calls(scene: &Scene) -> Vec<Call> {
    let mut traced = Traced::start(&scene.collect(), Stdio::null(), &[]);
    let (status, _) = traced.wait();
    assert!(status.success(), "{status}");
    let calls = traced.calls(scene.path());
    assert!(calls.iter().any(|call| call.name.starts_with("rename")), "{calls:?}");
    assert!(calls.len() > 40, "{}", calls.len());
    calls
}

/// One that folds, and stops behind that call.
fn stopped_at(call: &Call, scene: &Scene) -> Traced {
    let injection = format!("{}:signal=SIGSTOP:when={}", call.name, call.number);
    let traced = Traced::start(&scene.collect(), Stdio::null(), &[injection]);
    traced.wait_for_stop();
    traced
}

/// While one is stopped, wherever that is, two processes die that it may have taken for alive, each of
/// which is folded by itself.
#[test]
fn a_late_reader_counts_nobody_twice() {
    let mut scene = scene();
    let mut living = scene.start(1);
    scene.count_and_die(10);
    scene.keep();
    for call in calls(&scene) {
        scene.restore();
        let mut both = [scene.start(100), scene.start(1000)];
        let expected = exposed(4, 1111);
        let mut late = stopped_at(&call, &scene);
        for process in &mut both {
            process.process().kill();
            assert_eq!(scene.read(), expected, "{call:?}");
        }
        late.go_on();
        let (status, printed) = late.wait();
        assert!(status.success(), "{status}");
        assert_eq!(shared(&printed), expected, "the late one, after {call:?}");
        assert_eq!(scene.read(), expected, "{call:?}");
    }
    // Once only: for what it keeps from one reading to the next, the archive is never an older one.
    assert_eq!(shared(&living.scrape()), exposed(4, 1111));
}

/// While one is stopped, a life begins in which somebody else dies and is folded.
#[test]
fn a_late_reader_of_the_life_before_leaves_the_next_one_alone() {
    let mut scene = scene();
    scene.count_and_die(10);
    scene.keep();
    for call in calls(&scene) {
        scene.restore();
        let mut late = stopped_at(&call, &scene);
        let mut living = scene.start(3);
        scene.count_and_die(4);
        assert_eq!(scene.read(), exposed(2, 7), "{call:?}");
        scene.count_and_die(5);
        late.go_on();
        let (status, printed) = late.wait();
        assert!(status.success(), "{status}");
        let printed = shared(&printed);
        let possible = [exposed(1, 10), exposed(3, 12)];
        assert!(possible.contains(&printed), "{call:?}: {printed:?}");
        assert_eq!(scene.read(), exposed(3, 12), "{call:?}");
        assert_eq!(shared(&living.scrape()), exposed(3, 12), "{call:?}");
        living.process().kill();
    }
}

/// Four at once, each of which is slow at some other call, while processes die one after the other.
#[test]
fn readers_that_fold_at_once_agree() {
    let scene = scene();
    let mut living = scene.start(1);
    let (mut processes, mut jobs) = (1, 1);
    for round in 1..=8_u32 {
        let mut dying: Vec<_> = (0..3).map(|_| scene.start(round)).collect();
        processes += 3;
        jobs += 3 * round;
        let expected = exposed(processes, jobs);
        thread::scope(|scope| {
            let readers: Vec<_> = ["flock", "?renameat,?renameat2,unlinkat", "openat", "pread64"]
                .into_iter()
                .map(|slow| {
                    let scene = &scene;
                    scope.spawn(move || {
                        let slow = [
                            format!("{slow}:delay_enter={}", 1000 * round),
                            "getdents64:delay_exit=3000".to_owned(),
                        ];
                        let read = || Traced::start(&scene.collect(), Stdio::null(), &slow).wait();
                        [read(), read()]
                    })
                })
                .collect();
            for process in &mut dying {
                process.process().kill();
                assert_eq!(shared(&living.scrape()), expected, "round {round}");
            }
            for (status, printed) in
                readers.into_iter().flat_map(|reader| reader.join().expect("no panic"))
            {
                assert!(status.success(), "{status}");
                assert_eq!(shared(&printed), expected, "round {round}");
            }
        });
        assert_eq!(scene.read(), expected, "round {round}");
        let files = scene.names().iter().filter(|name| *name == "process").count();
        assert_eq!(files, 1, "round {round}: {:?}", scene.names());
    }
}
