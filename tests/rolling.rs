//! A rolling restart loses no request: three processes on supervisord's socket, one restarted after the
//! other, while clients send requests, each on a connection of its own or all on connections that go on.
//! Each is answered, and counted once.
//!
//! For more than the two rounds that there is time for otherwise, and for a number of requests that
//! there have to be:
//!
//! ```text
//! ROUNDS=50 REQUESTS=200000 cargo test --release -p tallymark-tests --features e2e --test rolling -- --nocapture
//! ```
//!
//! And the first of it where each process has a queue of its own (`SO_REUSEPORT`), in a network of its own,
//! in which the kernel hands over the queue of one that stops. With `MIGRATE=0` it does not. `CLIENTS=40`
//! has forty times as many clients, which is when that is seen.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use tallymark_tests::exposition::{Series, Syntax, read_text};
use tallymark_tests::{
    Load, Process, Profile, Releases, Service, Supervisor, free_address, metrics, totals, wait_for,
};
use tempfile::TempDir;

/// Clients that hardly wait, and one whose connection is idle for longer than a process that leaves
/// waits for connections that are on their way.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(2),
    Duration::from_millis(2),
    Duration::from_millis(2),
    Duration::from_millis(900),
];

#[test]
fn no_request_on_a_connection_of_its_own_is_lost() {
    roll("a connection for each", Load::DEPLOY);
}

#[test]
fn no_request_on_a_connection_that_goes_on_is_lost() {
    roll("connections that go on", Load::DEPLOY_ON);
}

fn roll(what: &str, request: &'static str) {
    let (rounds, wanted) = (number("ROUNDS", 2), number("REQUESTS", 1_000));
    let supervisor = Supervisor::start();
    let address = supervisor.address();
    let load = Load::with_pauses(&PAUSES.repeat(number("CLIENTS", 1)), address, request);
    let restarts = rounds * Supervisor::PROCESSES;
    for restart in 0..restarts {
        // Spread over all of them.
        let enough = (wanted * (restart + 1) / (restarts + 1)) as u64;
        wait_for("requests", Duration::from_secs(60), || {
            let answered = load.answered();
            if answered >= enough { Ok(()) } else { Err(format!("{answered} of {enough}")) }
        });
        let before = supervisor.children();
        supervisor.restart(restart % Supervisor::PROCESSES);
        let after = supervisor.children();
        assert_eq!(after.len(), Supervisor::PROCESSES, "{after:?}");
        assert_eq!(after.difference(&before).count(), 1, "{before:?}, {after:?}");
    }
    assert_whole(what, restarts, load, address, wanted);
    supervisor.stop();
}

/// Each request was answered, and counted once.
fn assert_whole(what: &str, restarts: usize, load: Load, address: SocketAddr, wanted: usize) {
    let (answered, broken) = load.stop();
    let families = read_text(&metrics(address).expect("metrics"), Syntax::Text);
    let deploys = Series::new("request_processing_counter", &[("interface", "/deploy")]);
    let counted = totals(&families)[&deploys];
    let said = writeln!(
        io::stdout(),
        "{what}: {restarts} restarts, {answered} answered, {} broken, {counted} counted",
        broken.len(),
    );
    said.expect("standard output");
    assert!(broken.is_empty(), "{broken:?}");
    assert_eq!(counted.to_string(), answered.to_string());
    assert!(answered >= wanted as u64, "{answered}");
}

/// Makes the setting in a network of its own, and runs the test after this one there.
const THERE: &str = "ip link set lo up && echo $MIGRATE > /proc/sys/net/ipv4/tcp_migrate_req && \
                     exec \"$0\" --ignored --exact --nocapture in_a_network_of_its_own";

#[test]
fn no_request_is_lost_with_a_queue_that_the_kernel_hands_over() {
    // First, since that may take long.
    let _ = Service::command(Profile::Release);
    let mut command = Command::new("timeout");
    command.args(["300", "unshare", "--net"]);
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    if std::env::var_os("MIGRATE").is_none() {
        command.env("MIGRATE", "1");
    }
    let program = std::env::current_exe().expect("the path of this program");
    let output = command.args(["sh", "-c", THERE]).arg(program).output();
    let output = output.expect("a program of every system");
    let said = String::from_utf8_lossy(&output.stdout);
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{problem}");
    assert!(said.contains("1 passed"), "{said}");
    let line = said.lines().find(|line| line.contains("queues of their own")).expect("a line");
    writeln!(io::stdout(), "{line}").expect("standard output");
}

#[test]
#[ignore = "the one before has it run in a network of its own"]
fn in_a_network_of_its_own() {
    let (rounds, wanted) = (number("ROUNDS", 2), number("REQUESTS", 1_000));
    let releases = Releases::new();
    releases.add("web", "1.4.2");
    let directory = TempDir::new_in("/dev/shm").expect("a folder in memory");
    let address = free_address();
    let start = || {
        let mut command = Service::command(Profile::Release);
        command.args(["serve", "--reuse-port", "--workers", "2", "--listen"]);
        command.arg(address.to_string()).arg("--root").arg(releases.path());
        command.env("RUST_LOG", "warn").env("PROMETHEUS_MULTIPROC_DIR", directory.path());
        let process = Process::start(&mut command);
        assert_eq!(Service::address(&process.line()), address);
        process
    };
    let mut processes = [(); Supervisor::PROCESSES].map(|()| start());
    let load = Load::with_pauses(&PAUSES.repeat(number("CLIENTS", 1)), address, Load::DEPLOY);
    let restarts = rounds * processes.len();
    for restart in 0..restarts {
        let enough = (wanted * (restart + 1) / (restarts + 1)) as u64;
        wait_for("requests", Duration::from_secs(60), || {
            let answered = load.answered();
            if answered >= enough { Ok(()) } else { Err(format!("{answered} of {enough}")) }
        });
        let process = &mut processes[restart % Supervisor::PROCESSES];
        let mut before = std::mem::replace(process, start());
        assert!(before.terminate().success(), "{}", before.log());
    }
    assert_whole("queues of their own", restarts, load, address, wanted);
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |number| number.parse().expect("a number"))
}
