//! What it costs that processes count together, beside Python's client: `processes` prints all tables,
//! `processes NAME` those with the name in their titles. `processes live`, `processes die` and
//! `processes turn` are what it runs itself as.

mod collector;
#[path = "../../cores.rs"]
mod cores;
mod counting;
mod flatness;
mod floor;
mod group;
mod increments;
mod reader;
mod readings;
mod times;

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::readings::Case;

/// Measures, and says what came of it.
type Table = fn() -> String;

#[allow(clippy::print_stdout, reason = "it prints its tables")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse().expect("a number");
    match arguments[..] {
        ["live", process, series] => return counting::live(number(process), number(series)),
        ["die", process, series] => counting::die(number(process), number(series)),
        ["turn"] => return increments::measure(),
        _ => {}
    }
    for variable in group::VARIABLES {
        assert!(std::env::var_os(variable).is_none(), "{variable} is set, and this would join");
    }
    open_many_files();
    let tables: [(&str, Table); 5] = [
        ("2,000 dead processes of 100 series", || {
            Case { dead: 2_000, living: 1, series: 100, fresh: 5 }.table()
        }),
        ("200 living processes of 100 series", || {
            Case { dead: 0, living: 200, series: 100, fresh: 7 }.table()
        }),
        ("16 living processes of 1,000 series", || {
            Case { dead: 0, living: 16, series: 1_000, fresh: 7 }.table()
        }),
        ("later scrapes, by how many are dead", flatness::table),
        ("increments, alone and together", increments::table),
    ];
    let filter = arguments.first().copied().unwrap_or_default();
    assert!(
        tables.iter().any(|(title, _)| title.contains(filter)),
        "no table has {filter} in its title"
    );
    for (title, table) in tables {
        if title.contains(filter) {
            println!("### {title}\n\n{}", table());
        }
    }
}

/// Allows this process as many open files as it may have: a scrape has all that it finds open at once.
fn open_many_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).expect("a process may raise this up to its maximum");
    let enough = limit.current.is_none_or(|files| files >= 12_000);
    assert!(enough, "10,000 files have to be open at once; raise the hard limit (`ulimit -Hn`)");
}
