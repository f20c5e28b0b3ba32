//! What Python's client has to do with a directory: processes that count in it, and what they come to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tallymark_tests::exposition::{Family, Syntax, read_text};
use tallymark_tests::python;

/// A process that counts five calls of `/deploy`, from before it moved.
const DEPLOYS: &str = r#"
import json, os, sys
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.stdin.read()
from prometheus_client import Counter
calls = Counter("request_processing_counter", "接口调用计数器", ["interface"])
calls.labels("/deploy").inc(5)
print(json.dumps(5))
"#;

/// Three processes that count in metrics of all kinds, of which the second is marked as dead. Each has
/// the next one count before it, so that what comes last is not last in the order of the files.
/// All numbers add up to one that is exact, in any order.
const ALL_KINDS: &str = r#"
import json, os, sys
os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.stdin.read()
from prometheus_client import Counter, Gauge, Histogram, Summary, multiprocess

HELP = 'Help \\ of "all"\nkinds.'
HOSTILE = 'a\\b"c\nd{e="f",} 接口 '
MODES = ("all", "min", "max", "sum", "mostrecent")

def count(number):
    of = [HOSTILE, "", f"process {number}"]
    calls = Counter("kinds_calls", HELP, ["of", "by"])
    plain = Counter("kinds_plain_total", HELP)
    plain.inc(number * 0.25)
    plain.inc(2**48)
    sizes = Histogram("kinds_sizes", HELP, ["of"], buckets=(-1, 0, 0.25, 1, 1e6, 1e9))
    seconds = Histogram("kinds_seconds", HELP)
    weights = Summary("kinds_weights", HELP, ["of"])
    Summary("kinds_nothing", HELP)
    for label in of:
        calls.labels(label, "x").inc(number)
        sizes.labels(label)
        weights.labels(label).observe(number * 1.5)
        for size in (-number, 0, 0.25, number, 1e6, 2**40):
            sizes.labels(label).observe(size)
            seconds.observe(number / 64)
    for mode in MODES:
        for live in ("", "live"):
            gauge = Gauge(f"kinds_{live}{mode}", HELP, ["of"], multiprocess_mode=live + mode)
            for label in of:
                gauge.labels(label).set(number - 2.5)

def process(number):
    behind = number < 3 and os.fork()
    if number < 3 and behind == 0:
        process(number + 1)
        os._exit(0)
    if behind:
        assert os.waitpid(behind, 0)[1] == 0
    count(number)
    return behind

dead = process(1)
multiprocess.mark_process_dead(dead)
print(json.dumps(dead))
"#;

/// What the client itself collects.
const COLLECT: &str = r"
import json, sys
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry, sys.stdin.read())
print(json.dumps(generate_latest(registry).decode()))
";

/// Has a process count five calls of `/deploy`.
pub(crate) fn count_deploys(directory: &Path) {
    assert_eq!(python(DEPLOYS, text(directory)), 5);
}

/// Has processes count in metrics of all kinds; returns the id of one that is marked as dead.
pub(crate) fn count_all_kinds(directory: &Path) -> u64 {
    python(ALL_KINDS, text(directory)).as_u64().expect("the id of a process")
}

/// What all processes come to.
pub(crate) fn collect(directory: &Path) -> Vec<Family> {
    let collected = python(COLLECT, text(directory));
    read_text(collected.as_str().expect("text"), Syntax::Text)
}

/// The files by their names, with what is in them.
pub(crate) fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(directory).expect("a directory").map(|file| file.expect("a file"));
    let files = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "db"));
    let read = |file: fs::DirEntry| {
        let name = file.file_name().into_string().expect("text");
        (name, fs::read(file.path()).expect("a readable file"))
    };
    files.map(read).collect()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that is text")
}
