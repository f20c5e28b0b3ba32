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
    /// The name of the counter of calls. Others who count in the same directory may have named theirs
    /// otherwise, as Python's client does, which ends every counter's name with `_total`; under one
    /// name, what all of them count adds up.
    #[arg(long, default_value = "request_processing_counter", value_name = "NAME")]
    pub(crate) counter_name: String,
}

impl Cli {
    pub(crate) fn into_serve(self) -> Serve {
        match self.command {
            Some(Command::Serve(serve)) => serve,
            None => self.serve,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(arguments: &[&str]) -> Serve {
        let arguments = std::iter::once(&"deploy-rollback").chain(arguments);
        Cli::try_parse_from(arguments).expect("arguments").into_serve()
    }

    #[test]
    fn the_counter_has_its_name_unless_there_is_another() {
        assert_eq!(serve(&[]).counter_name, "request_processing_counter");
        assert_eq!(serve(&["serve"]).counter_name, "request_processing_counter");
        for arguments in
            [&["--counter-name", "calls_total"][..], &["serve", "--counter-name", "calls_total"]]
        {
            assert_eq!(serve(arguments).counter_name, "calls_total");
        }
    }
}
