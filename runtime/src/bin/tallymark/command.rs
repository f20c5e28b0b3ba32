//! What the program is asked for.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;

use clap::{Parser, Subcommand};
use tallymark::multiprocess;

/// Shows what processes count that share a directory (`PROMETHEUS_MULTIPROC_DIR`).
///
/// It is not one of them: they come and go as if it were not there.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints it, in the text format of Prometheus
    Collect {
        /// The directory
        directory: PathBuf,
    },
    /// Serves it on `/metrics`, until it is ended
    Serve {
        /// The directory, which may come later
        directory: PathBuf,
        /// Where to listen, such as 127.0.0.1:9464
        #[arg(long, value_name = "ADDRESS")]
        listen: SocketAddr,
    },
}

/// Does what the arguments say.
pub(crate) fn run() -> io::Result<()> {
    match Cli::parse().command {
        Command::Collect { directory } => collect(&directory),
        Command::Serve { directory, listen } => serve(&directory, listen),
    }
}

fn collect(directory: &Path) -> io::Result<()> {
    // Served, a directory may come later; printed, one that is not there is a mistake.
    std::fs::read_dir(directory).map_err(|error| {
        io::Error::new(error.kind(), format!("{}: {error}", directory.display()))
    })?;
    let text = multiprocess::of_directory(directory).gather_text();
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn serve(directory: &Path, listen: SocketAddr) -> io::Result<()> {
    let registry = multiprocess::of_directory(directory);
    let listener = tallymark::actix::metrics().registry(registry).serve(listen)?;
    for address in listener.addresses() {
        writeln!(io::stdout(), "metrics are on http://{address}/metrics")?;
    }
    loop {
        thread::park();
    }
}
