//! The sockets that the example listens on: its own, one that it was handed, one of several at an
//! address. And that the library notices when it counts alone at a socket that others may share.
#![cfg(target_os = "linux")]

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tallymark_tests::{Connection, Load, Process, Profile, Service, exchange, free_address};
use tallymark_tests::{metrics, wait_for};
use tempfile::TempDir;

/// What the warning says, and no other line does.
const WARNING: &str = "was handed a socket that listens";

/// The example, with a socket that listens as its standard input.
fn handed(listener: &TcpListener, command: &mut Command) -> Process {
    let socket = listener.try_clone().expect("a copy of the socket");
    let process = Process::start_with(command, Stdio::from(OwnedFd::from(socket)));
    let address = listener.local_addr().expect("an address");
    assert_eq!(Service::address(&process.line()), address);
    process
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a free port")
}

fn example(arguments: &[&str]) -> Command {
    let mut command = Service::command(Profile::Debug);
    command.arg("serve").args(arguments).env("RUST_LOG", "warn");
    command
}

/// The example, handed the socket as systemd does.
fn activated(listener: &TcpListener, arguments: &str) -> Process {
    let program = example(&[]).get_program().to_owned();
    let script = "exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" serve $1";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(program).arg(arguments).env("RUST_LOG", "warn");
    handed(listener, &mut command)
}

#[test]
fn what_listen_fds_hands_over_is_listened_on() {
    for arguments in ["", "--listen inherited"] {
        let listener = listener();
        let mut process = activated(&listener, arguments);
        let address = listener.local_addr().expect("an address");
        let (status, text) = exchange(address, Load::DEPLOY).expect("an answer");
        assert_eq!(status, 200, "{text}");
        assert!(process.terminate().success(), "{}", process.log());
    }
}

#[test]
fn an_address_goes_before_what_is_handed_over() {
    let listener = listener();
    let socket = listener.try_clone().expect("a copy of the socket");
    let mut command = example(&["--listen", "127.0.0.1:0"]);
    let command = command.env("LISTEN_FDS", "1");
    let process = Process::start_with(command, Stdio::from(OwnedFd::from(socket)));
    assert_ne!(Service::address(&process.line()), listener.local_addr().expect("an address"));
}

#[test]
fn a_socket_that_is_not_there_is_said() {
    let address = free_address().to_string();
    let _taken = TcpListener::bind(&address).expect("a free port");
    for (arguments, says) in [
        (&["--listen", "inherited"][..], "LISTEN_FDS hands nothing over"),
        (&["--listen", "fd:0"], "standard input is no socket that listens"),
        (&["--listen", "fd:0", "--reuse-port"], "--reuse-port is for an address"),
        (&["--listen", &address, "--reuse-port"], "cannot listen on"),
    ] {
        let mut process = Process::start(&mut example(arguments));
        assert!(!process.wait().success(), "{arguments:?}");
        assert!(process.log().contains(says), "{arguments:?}: {}", process.log());
    }
}

#[test]
fn several_listen_on_one_address_if_each_says_so() {
    let address = free_address();
    let text = address.to_string();
    let start = || Process::start(&mut example(&["--listen", &text, "--reuse-port"]));
    let mut processes = [start(), start()];
    for process in &processes {
        assert_eq!(Service::address(&process.line()), address);
    }
    // The one that goes leaves the address at once, and no connection is sent to it any more.
    assert!(processes[0].terminate().success(), "{}", processes[0].log());
    for _ in 0..20 {
        assert_eq!(exchange(address, Load::DEPLOY).expect("an answer").0, 200);
    }
    assert!(processes[1].terminate().success(), "{}", processes[1].log());
}

#[test]
fn a_process_that_leaves_ends_a_connection_with_its_next_answer() {
    let listener = listener();
    let mut process = handed(&listener, &mut example(&["--listen", "fd:0"]));
    let address = listener.local_addr().expect("an address");
    let mut connections = [(); 3].map(|()| Connection::open(address).expect("a connection"));
    for connection in &mut connections {
        assert_eq!(connection.exchange(Load::DEPLOY_ON).expect("an answer").0, 200);
        assert!(!connection.ends());
    }
    // The third is idle to the end.
    let [first, second, third] = connections;
    let begun = Instant::now();
    let stopping = std::thread::spawn(move || (process.terminate(), process));
    // Longer than a process waits that has no connection.
    for (mut connection, after) in [(first, 300), (second, 2_000)] {
        let after = Duration::from_millis(after);
        std::thread::sleep(after.saturating_sub(begun.elapsed()));
        assert_eq!(connection.exchange(Load::DEPLOY_ON).expect("an answer").0, 200);
        assert!(connection.ends());
        connection.read_end().expect("no reset");
    }
    third.read_end().expect("no reset");
    let (status, process) = stopping.join().expect("it stops");
    assert!(status.success(), "{}", process.log());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

fn warnings(process: &Process) -> usize {
    process.log().matches(WARNING).count()
}

#[test]
fn a_process_that_counts_alone_at_a_socket_of_others_says_so_once() {
    for by_variable in [false, true] {
        let listener = listener();
        let process = if by_variable {
            activated(&listener, "")
        } else {
            handed(&listener, &mut example(&["--listen", "fd:0"]))
        };
        let address = listener.local_addr().expect("an address");
        exchange(address, Load::DEPLOY).expect("an answer");
        assert_eq!(warnings(&process), 0, "{}", process.log());
        for _ in 0..3 {
            metrics(address).expect("metrics");
        }
        wait_for("the warning", Duration::from_secs(10), || {
            if warnings(&process) > 0 { Ok(()) } else { Err(process.log()) }
        });
        assert_eq!(warnings(&process), 1, "{}", process.log());
        assert!(process.log().contains("PROMETHEUS_MULTIPROC_DIR"), "{}", process.log());
    }
}

#[test]
fn a_process_that_counts_with_others_or_listens_by_itself_says_nothing() {
    let directory = TempDir::new().expect("a temporary folder");
    let shared = listener();
    let mut command = example(&["--listen", "fd:0"]);
    let together = handed(&shared, command.env("PROMETHEUS_MULTIPROC_DIR", directory.path()));
    let alone = Process::start(&mut example(&["--listen", "127.0.0.1:0"]));
    let of_alone = Service::address(&alone.line());
    let of_together = shared.local_addr().expect("an address");
    for (mut process, address) in [(together, of_together), (alone, of_alone)] {
        metrics(address).expect("metrics");
        // Whatever it has to say, it has said then.
        assert!(process.terminate().success(), "{}", process.log());
        assert_eq!(warnings(&process), 0, "{}", process.log());
    }
}
