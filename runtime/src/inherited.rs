//! A socket that this process was started with, which listens, and at which others may answer too.

use std::io;
use std::os::fd::{AsFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::net::sockopt::socket_acceptconn;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

/// The first one that is handed over by `LISTEN_FDS` (`sd_listen_fds(3)`), and the most that are looked
/// at.
const FIRST: RawFd = 3;
const MOST: RawFd = 32;

/// Warns, the first time, if there is one: each process that shares it counts alone then, and a scrape
/// sees the one that happens to answer.
pub(crate) fn warn() {
    static ASKED: AtomicBool = AtomicBool::new(false);
    if ASKED.load(Ordering::Relaxed) || ASKED.swap(true, Ordering::Relaxed) {
        return;
    }
    if let Some(socket) = socket() {
        tracing::warn!(
            socket,
            "this process was handed a socket that listens, and counts alone: if other processes \
             accept from it too, each scrape shows what one of them counted, and no scrape shows the \
             total; set PROMETHEUS_MULTIPROC_DIR to a directory that they share"
        );
    }
}

/// What hands one over, if something does.
fn socket() -> Option<&'static str> {
    if socket_acceptconn(io::stdin().as_fd()).unwrap_or(false) {
        return Some("standard input");
    }
    // What the process was started with: its own variables may have been removed by now.
    let environment = std::fs::read("/proc/self/environ").unwrap_or_default();
    let count = handed(&environment, getpid().as_raw_nonzero().get())?;
    let listens = |number| open(number).and_then(|socket| Ok(socket_acceptconn(socket)?));
    (FIRST..FIRST + count.min(MOST))
        .any(|number| listens(number).unwrap_or(false))
        .then_some("LISTEN_FDS")
}

/// How many the environment says are handed over to the process of that id.
fn handed(environment: &[u8], id: RawFd) -> Option<RawFd> {
    let value = |name: &str| {
        let mut variables = environment.split(|byte| *byte == 0);
        let value = variables
            .find_map(|variable| variable.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
        std::str::from_utf8(value).ok()
    };
    let count = value("LISTEN_FDS")?.parse().ok().filter(|count| *count > 0)?;
    // Those who restart a program while it is written do not say for whom they are.
    let whom = value("LISTEN_PID").filter(|whom| !whom.is_empty());
    whom.is_none_or(|whom| whom.parse() == Ok(id)).then_some(count)
}

/// One more of a file that this process has open, by its number.
fn open(number: RawFd) -> io::Result<OwnedFd> {
    let own = pidfd_open(getpid(), PidfdFlags::empty())?;
    Ok(pidfd_getfd(own, number, PidfdGetfdFlags::empty())?)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn what_is_handed_over_is_for_one_process() {
        for (environment, expected) in [
            ("", None),
            ("LISTEN_FDS=2\0LISTEN_PID=7\0", Some(2)),
            ("A=1\0LISTEN_PID=7\0LISTEN_FDS=1", Some(1)),
            ("LISTEN_FDS=1\0", Some(1)),
            ("LISTEN_FDS=1\0LISTEN_PID=\0", Some(1)),
            ("LISTEN_FDS=1\0LISTEN_PID=8\0", None),
            ("LISTEN_FDS=1\0LISTEN_PID=me\0", None),
            ("LISTEN_FDS=0\0LISTEN_PID=7\0", None),
            ("LISTEN_FDS=-1\0", None),
            ("LISTEN_FDS=many\0", None),
            ("LISTEN_FDS\0XLISTEN_FDS=1\0LISTEN_FDSX=1\0", None),
        ] {
            assert_eq!(handed(environment.as_bytes(), 7), expected, "{environment:?}");
        }
    }

    #[test]
    fn a_socket_that_listens_is_told_from_others() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stream = TcpStream::connect(address).expect("a connection");
        let listens = |number| socket_acceptconn(open(number).expect("a copy")).expect("a socket");
        assert!(listens(listener.as_raw_fd()));
        assert!(!listens(stream.as_raw_fd()));
        assert!(open(RawFd::MAX).is_err());
    }
}
