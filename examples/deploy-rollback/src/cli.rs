use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::listen::Listen;

/// Deploys releases and rolls them back, over HTTP.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves HTTP; this is also what happens with no command.
    Serve(Serve),
}

/// What the service needs to know.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The address to listen on; port 0 takes a free one, and fd:0 is the socket that a supervisor
    /// hands over, for several processes to share.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(crate) listen: Listen,
    /// The folder that holds APP/releases/VERSION; without it, a temporary one to try with.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// How many threads serve requests; without it, one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) workers: Option<u16>,
}

impl Cli {
    pub(crate) fn into_serve(self) -> Serve {
        match self.command {
            Some(Command::Serve(serve)) => serve,
            None => self.serve,
        }
    }
}
