//! Processes that are killed all along, under load: nothing that was answered is missing from what any
//! of them says, and nothing is there twice.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tallymark_tests::{Profile, Workers, exchange, wait_for};

const WORKERS: usize = 8;
const CLIENTS: usize = 4;
const BETWEEN: Duration = Duration::from_millis(50);

/// How many processes are killed, unless the environment says it.
const KILLS: usize = 200;

const POST: &str = "POST /deploy HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\
                    Content-Type: application/json\r\nContent-Length: 31\r\n\r\n\
                    {\"app\":\"web\",\"version\":\"1.4.2\"}";
const GET: &str = "GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

/// The calls of `/deploy` that an exposition has.
fn total(text: &str) -> u64 {
    let line = "request_processing_counter{interface=\"/deploy\"} ";
    let value = text.lines().find_map(|found| found.strip_prefix(line));
    value.unwrap_or_else(|| panic!("no counter in {text}")).parse().expect("a whole number")
}

#[test]
fn no_answer_is_lost_and_no_total_falls_while_processes_are_killed() {
    let kills = std::env::var("KILLS").map_or(KILLS, |kills| kills.parse().expect("a number"));
    let mut workers = Workers::start(Profile::Release, WORKERS);
    let address = workers.address();
    let [received, broken, scrapes, retried] = [const { AtomicU64::new(0) }; 4];
    let [stopped, done] = [const { AtomicBool::new(false) }; 2];
    let began = Instant::now();
    let last = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    while !stopped.load(Ordering::Relaxed) {
                        match exchange(address, POST) {
                            Ok((status, _)) => {
                                assert_eq!(status, 200);
                                received.fetch_add(1, Ordering::Relaxed);
                            }
                            // Its process is gone. It may have been counted before that, or not.
                            Err(_) => {
                                broken.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    }
                })
            })
            .collect();
        let asking = scope.spawn(|| {
            let mut last = 0;
            while !done.load(Ordering::Relaxed) {
                let before = received.load(Ordering::Relaxed);
                // One whose own process is killed has no answer, and is asked again.
                let Ok((status, text)) = exchange(address, GET) else {
                    retried.fetch_add(1, Ordering::Relaxed);
                    continue;
                };
                assert_eq!(status, 200, "{text}");
                let now = total(&text);
                assert!(now >= last, "{now} after {last}");
                assert!(now >= before, "{now}, and {before} were answered before");
                last = now;
                scrapes.fetch_add(1, Ordering::Relaxed);
            }
            last
        });
        // Whatever fails in here ends the threads too.
        let stop = Stop([&stopped, &done]);
        for kill in 0..kills {
            workers.replace(kill % WORKERS);
            thread::sleep(BETWEEN);
            assert!(!asking.is_finished(), "a scrape has failed");
        }
        stopped.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().expect("no wrong answer");
        }
        // What no process has answered any more is still in the totals, or is not.
        thread::sleep(Duration::from_millis(200));
        drop(stop);
        asking.join().expect("no scrape fails")
    });
    let (received, broken) = (received.into_inner(), broken.into_inner());
    let (scrapes, retried) = (scrapes.into_inner(), retried.into_inner());
    let total = wait_for("the last scrape", Duration::from_secs(10), || {
        exchange(address, GET).map(|(_, text)| total(&text)).map_err(|error| error.to_string())
    });
    let said = writeln!(
        io::stdout(),
        "{kills} kills in {:?}: {received} answered, {broken} broken, {total} counted; {scrapes} \
         scrapes, {retried} that had to be asked again",
        began.elapsed()
    );
    said.expect("standard output");
    assert!(total >= last && total >= received, "{total} of {received}");
    assert!(total - received <= broken, "{total} of {received}, with {broken} broken");
    assert!(scrapes > 10, "{scrapes}");
    // Files of the living, the archive and the locks, and not those of the dead.
    let files = std::fs::read_dir(workers.directory().join("metrics")).expect("a directory");
    let files: Vec<_> = files.map(|file| file.expect("a name").file_name()).collect();
    assert!(files.len() <= WORKERS + 6, "{files:?}");
}

/// Has threads end when it is dropped.
struct Stop<'a>([&'a AtomicBool; 2]);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        for flag in self.0 {
            flag.store(true, Ordering::Relaxed);
        }
    }
}
