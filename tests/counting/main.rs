//! A process that counts as it is told, one line of its standard input at a time, and answers each with
//! lines: what there is to be said, and at last `ok`, or `error` and what is wrong. What it logs goes to
//! standard error.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod command;
#[cfg(target_os = "linux")]
mod copy;
#[cfg(target_os = "linux")]
mod metrics;
#[cfg(target_os = "linux")]
mod served;
#[cfg(target_os = "linux")]
mod threads;

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::io::{stderr, stdin, stdout};

    tracing_subscriber::fmt().with_writer(stderr).with_ansi(false).init();
    served::serve(stdin().lock(), stdout(), &mut command::State::default())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
