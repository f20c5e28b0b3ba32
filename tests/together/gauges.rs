//! How the numbers of several processes become one.

use std::path::Path;

use tallymark_tests::{Counting, all_say};
use tempfile::TempDir;

fn start(directory: &Path) -> Counting {
    Counting::start(env!("CARGO_BIN_EXE_counting"), directory)
}

/// A gauge of each way, as floats and as whole numbers, and of each one for which the dead count too.
fn declare(process: &mut Counting) {
    for (sort, name) in [("gauge", "float"), ("integer", "whole")] {
        for combine in ["sum", "max", "min", "most_recent", "per_process"] {
            process.tell(&format!("declare {sort} {name}_{combine} combine={combine}"));
            process.tell(&format!("declare {sort} {name}_{combine}_ever combine={combine} ended"));
        }
    }
}

/// Sets all of them.
fn set(process: &mut Counting, number: i32) {
    for name in ["float", "whole"] {
        let half = if name == "float" { 0.5 } else { 0.0 };
        let text = (f64::from(number) + half).to_string();
        for combine in ["sum", "max", "min", "most_recent", "per_process"] {
            for ever in ["", "_ever"] {
                process.tell(&format!("record {name}_{combine}{ever} {text}"));
            }
        }
    }
}

/// What is to be said, if the living have set these numbers, in the order of their workers' numbers, and
/// the dead those; the last one to be set is this, and the last among the living that.
fn expected(living: &[(u32, i32)], dead: &[(u32, i32)], last: i32, last_alive: i32) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, half) in [("float", 0.5), ("whole", 0.0)] {
        for (ever, counted) in [("", living.to_vec()), ("_ever", [living, dead].concat())] {
            let mut numbers: Vec<f64> =
                counted.iter().map(|(_, number)| f64::from(*number) + half).collect();
            numbers.sort_by(f64::total_cmp);
            let recent = f64::from(if ever.is_empty() { last_alive } else { last }) + half;
            for (combine, number) in [
                ("max", numbers[numbers.len() - 1]),
                ("min", numbers[0]),
                ("most_recent", recent),
                ("sum", numbers.iter().sum()),
            ] {
                lines.push(format!("{name}_{combine}{ever} {number}"));
            }
            for (worker, number) in counted {
                let number = f64::from(number) + half;
                lines.push(format!("{name}_per_process{ever}{{worker=\"{worker}\"}} {number}"));
            }
        }
    }
    lines.sort_by_key(|line| {
        let (name, rest) = line.split_at(line.find(['{', ' ']).expect("a name"));
        (name.to_owned(), rest.to_owned())
    });
    lines
}

fn check(directory: &Path, processes: &mut [&mut Counting], expected: &[String]) {
    let expected: Vec<_> = expected.iter().map(|line| &**line).collect();
    all_say(directory, processes, &expected);
}

#[test]
fn each_way_is_that_of_the_living_unless_the_dead_count_too() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut processes: Vec<_> = (0..3).map(|_| start(directory)).collect();
    for (process, number) in processes.iter_mut().zip([7, -3, 4]) {
        declare(process);
        set(process, number);
    }
    let [first, second, third] = &mut processes[..] else { panic!("three") };
    let all = [(0, 7), (1, -3), (2, 4)];
    check(directory, &mut [first, second, third], &expected(&all, &[], 4, 4));
    // Set again, the first one is the most recent.
    set(first, 6);
    let all = [(0, 6), (1, -3), (2, 4)];
    check(directory, &mut [first, second, third], &expected(&all, &[], 6, 6));
    second.kill();
    let living = [(0, 6), (2, 4)];
    check(directory, &mut [first, third], &expected(&living, &[(1, -3)], 6, 6));
    first.kill();
    check(directory, &mut [third], &expected(&[(2, 4)], &[(0, 6), (1, -3)], 6, 4));
    set(third, 5);
    check(directory, &mut [third], &expected(&[(2, 5)], &[(0, 6), (1, -3)], 5, 5));
}

#[test]
fn numbers_of_processes_are_used_again() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let start = |number: u32| {
        let mut process = start(directory);
        process.tell("declare gauge load combine=per_process label=disk");
        process.tell(&format!("record load {number} a"));
        process
    };
    let mut processes: Vec<_> = (10..14).map(start).collect();
    let line =
        |worker: u32, number: u32| format!("load{{disk=\"a\",worker=\"{worker}\"}} {number}");
    let says = |process: &mut Counting, expected: &[(u32, u32)]| {
        let expected: Vec<_> = expected.iter().map(|(worker, load)| line(*worker, *load)).collect();
        check(directory, &mut [process], &expected);
    };
    says(&mut processes[0], &[(0, 10), (1, 11), (2, 12), (3, 13)]);
    processes[2].kill();
    processes[1].kill();
    says(&mut processes[3], &[(0, 10), (3, 13)]);
    // The smallest one first, whether or not anybody looked in between.
    let mut again = [start(20), start(21), start(22)];
    says(&mut again[0], &[(0, 10), (1, 20), (2, 21), (3, 13), (4, 22)]);
    processes[0].kill();
    let mut last = start(30);
    says(&mut last, &[(0, 30), (1, 20), (2, 21), (3, 13), (4, 22)]);
    // They are the same by which it is told what each takes of the machine.
    let text = last.scrape();
    for worker in 0..5 {
        let threads = format!("tallymark_worker_threads{{worker=\"{worker}\"}}");
        assert!(tallymark_tests::sample(&text, &threads).is_some(), "{text}");
    }
    // And those of a process by which its own families are.
    for (process, worker) in [(&mut last, 0), (&mut again[1], 2)] {
        let own = format!("tallymark_site_conflicts_total{{worker=\"{worker}\"}} 0");
        assert!(process.scrape().contains(&own));
    }
}

#[test]
fn a_series_of_a_gauge_goes_with_its_process() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut one, mut other] = [(); 2].map(|()| start(directory));
    for (process, room) in [(&mut one, "attic"), (&mut other, "cellar")] {
        process.tell("declare gauge temperature_celsius label=room");
        process.tell(&format!("record temperature_celsius 20.5 {room}"));
        process.tell("record temperature_celsius 1 hall");
    }
    let attic = "temperature_celsius{room=\"attic\"} 20.5";
    let cellar = "temperature_celsius{room=\"cellar\"} 20.5";
    let hall = |number: u32| format!("temperature_celsius{{room=\"hall\"}} {number}");
    all_say(directory, &mut [&mut one, &mut other], &[attic, cellar, &hall(2)]);
    other.kill();
    all_say(directory, &mut [&mut one], &[attic, &hall(1)]);
    one.tell("remove temperature_celsius attic");
    all_say(directory, &mut [&mut one], &[&hall(1)]);
}

#[test]
fn numbers_that_are_none_do_no_harm() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut one, mut other] = [(); 2].map(|()| start(directory));
    for (process, number) in [(&mut one, "NaN"), (&mut other, "-inf")] {
        for combine in ["max", "min"] {
            process.tell(&format!("declare gauge {combine}imum combine={combine}"));
            process.tell(&format!("record {combine}imum {number}"));
        }
    }
    let infinite = ["maximum -Inf", "minimum -Inf"];
    all_say(directory, &mut [&mut one, &mut other], &infinite);
    other.kill();
    all_say(directory, &mut [&mut one], &["maximum NaN", "minimum NaN"]);
}

/// One version of a program has no cell for when a gauge was set, and the next one asks for it.
#[test]
fn what_was_never_said_is_not_read_from_elsewhere() {
    let directory = TempDir::new().expect("a folder");
    let [mut older, mut newer] = [(); 2].map(|()| start(directory.path()));
    older.tell("declare gauge version label=of");
    // The second one is where the other looks for the time of the first one.
    older.tell("record version 1 x");
    older.tell("record version 1e300 y");
    newer.tell("declare gauge version label=of combine=most_recent");
    newer.tell("record version 2 x");
    let all = ["version{of=\"x\"} 2", "version{of=\"y\"} 1e300"];
    all_say(directory.path(), &mut [&mut older, &mut newer], &all);
}
