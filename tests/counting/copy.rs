//! Copies of the process, as `fork(2)` makes them.

#![allow(unsafe_code, reason = "a copy of a process with threads is what a test asks for")]

use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::thread;

use crate::command::State;

/// Makes a copy, which obeys who listens at the socket until there is nothing more to read; returns its
/// number.
pub(crate) fn fork(socket: &str, state: &mut State) -> Result<String, String> {
    // SAFETY: the copy goes on with what the only thread that it has was doing. Of the C library's
    // locks those of its allocator are free in it; what it counts and exposes takes no others that one
    // of the threads may have held that count meanwhile.
    match unsafe { libc::fork() } {
        -1 => Err(std::io::Error::last_os_error().to_string()),
        0 => {
            let ended = serve(socket, state);
            // SAFETY: it ends the process. Nothing else is to be done at its end: that is its
            // parent's business.
            unsafe { libc::_exit(i32::from(ended.is_err())) }
        }
        pid => Ok(pid.to_string()),
    }
}

fn serve(socket: &str, state: &mut State) -> std::io::Result<()> {
    state.divide();
    let stream = UnixStream::connect(socket)?;
    crate::served::serve(BufReader::new(stream.try_clone()?), stream, state)
}

/// The same, made by another thread than the first one.
pub(crate) fn fork_in_thread(socket: &str, state: &mut State) -> Result<String, String> {
    thread::scope(|scope| scope.spawn(|| fork(socket, state)).join().expect("no panic"))
}

/// Waits for the end of a copy.
pub(crate) fn reap(pid: &str) -> Result<(), String> {
    let pid = pid.parse().ok().and_then(rustix::process::Pid::from_raw).ok_or("no number")?;
    let options = rustix::process::WaitOptions::empty();
    rustix::process::waitpid(Some(pid), options).map_err(|error| error.to_string())?;
    Ok(())
}
