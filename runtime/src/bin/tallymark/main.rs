//! Shows what processes count that share a directory, without being one of them.

#[cfg_attr(not(target_os = "linux"), path = "elsewhere.rs")]
mod command;

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    match command::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
