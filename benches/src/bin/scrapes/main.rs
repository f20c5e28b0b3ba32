//! What a scrape costs, beside other crates and beside floors: `scrapes` prints all tables, `scrapes
//! NAME` those with the name in their titles. `scrapes memory WHO` is what it runs itself as.

mod contestants;
#[path = "../../cores.rs"]
mod cores;
mod floors;
mod heap;
mod memory;
#[path = "../../resident.rs"]
mod resident;
mod rounds;
mod threads;

use std::process::Command;

use crate::contestants::{Contestant, Ours, peers};
use crate::rounds::contest;

#[global_allocator]
static HEAP: heap::Counting = heap::Counting;

/// Measures, and says what came of it.
type Table = fn() -> String;

const MANY: usize = 100_000;

#[allow(clippy::print_stdout, reason = "it prints its tables")]
fn main() {
    tallymark::limit_series(usize::MAX);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [memory, who] = &arguments[..]
        && memory == "memory"
    {
        println!("{}", memory::measure(who));
        return;
    }
    let tables: [(&str, Table); 8] = [
        ("text, 100,000 series, all changed", || all_changed(MANY)),
        ("text, 100,000 series, 1 % changed", one_percent),
        ("text, 100 series, all changed", || all_changed(100)),
        ("text, 100,000 series in the cells of 64 threads", threads::many),
        ("protobuf, 100,000 series, all changed", protobuf),
        ("allocations of a scrape", heap::table),
        ("increments beside scrapes", threads::beside),
        ("memory of 100,000 series at rest", memory::table),
    ];
    let Some(filter) = arguments.first() else {
        // Each in a process of its own: none has the memory that another was through.
        let program = std::env::current_exe().expect("it has a name");
        for (title, _) in tables {
            let status = Command::new(&program).arg(title).status().expect("it runs");
            assert!(status.success(), "{title} failed");
        }
        return;
    };
    for (title, table) in tables {
        if title.contains(filter) {
            println!("### {title}\n\n{}", table());
        }
    }
}

fn text(series: usize) -> Vec<Contestant> {
    let ours = || Ours::new("tallymark, answer to a request", series);
    vec![floors::render(series), ours().text(), ours().string()]
        .into_iter()
        .chain(peers(series))
        .collect()
}

fn all_changed(series: usize) -> String {
    let mut all = text(series);
    let mut longer = Ours::new("tallymark, numbers of other lengths", series).text();
    longer.change = longer.lengthen.take();
    all.insert(3, longer);
    if series == MANY {
        all.insert(4, Ours::new("", series).growing());
    }
    contest(series, 1, all)
}

fn one_percent() -> String {
    let mut all = text(MANY);
    all[0] = floors::compare(MANY);
    contest(MANY, 100, all)
}

fn protobuf() -> String {
    let ours = Ours::new("tallymark", MANY);
    contest(MANY, 1, vec![ours.protobuf(), contestants::prometheus_protobuf(MANY)])
}
