use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::listen::Listen;

/// The name of the counter of calls, unless there is another.
pub(crate) const COUNTER_NAME: &str = "request_processing_counter";

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
pub(crate) enum Command {
    /// Serves HTTP; this is also what happens with no command.
    Serve(Serve),
    /// Writes the dashboards, rules and alerts of this service, for Grafana, Prometheus and Kubernetes.
    Generate(Generate),
}

/// What is to be written, and where.
#[derive(Args, Debug)]
pub(crate) struct Generate {
    /// The folder to write to; what is there already is written over.
    #[arg(value_name = "OUT")]
    pub(crate) folder: PathBuf,
    /// An address of the service, for Prometheus to scrape; several if need be.
    #[arg(long = "target", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(crate) targets: Vec<String>,
    /// An address of a node exporter; several if need be.
    #[arg(long = "base-target", default_value = "127.0.0.1:9100", value_name = "ADDRESS")]
    pub(crate) base_targets: Vec<String>,
    /// How often Prometheus scrapes, in seconds.
    #[arg(long, default_value = "30", value_name = "SECONDS")]
    pub(crate) scrape_interval: u64,
    /// What the windows of the rules, and the waits of the alerts, are multiplied by: with 0.01 they can
    /// be tried in seconds.
    #[arg(long, default_value = "1", value_name = "FACTOR")]
    pub(crate) time_scale: f64,
}

/// What the service needs to know.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// Where to listen: an address, of which port 0 takes a free one; or `fd:0`, the socket that
    /// supervisord hands over as standard input; or `inherited`, the one that systemd or catflap tells of
    /// by `LISTEN_FDS`. Without it, that one if there is one, and 127.0.0.1:8080 if not.
    ///
    /// On a socket that is handed over, several processes can listen. At SIGTERM each leaves it to the
    /// others without a request that is lost: it accepts no more, ends each connection with the next
    /// answer, and stops. For that it takes half a second, or 6 where a connection is idle.
    #[arg(long, value_name = "WHERE")]
    listen: Option<Listen>,
    /// Lets other processes listen on the same address (`SO_REUSEPORT`), each with a queue of its own.
    ///
    /// Where one stops, Linux resets the connections in its queue, unless `net.ipv4.tcp_migrate_req` is 1:
    /// rather hand one socket over to all of them.
    #[arg(long)]
    pub(crate) reuse_port: bool,
    /// The folder that holds APP/releases/VERSION; without it, a temporary one to try with.
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
    /// How many threads serve requests; without it, one for each core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) workers: Option<u16>,
    /// The name of the counter of calls. Others who count in the same directory may have named theirs
    /// otherwise, as Python's client does, which ends every counter's name with `_total`; under one
    /// name, what all of them count adds up.
    #[arg(long, default_value = COUNTER_NAME, value_name = "NAME")]
    pub(crate) counter_name: String,
    /// Another instance of the service, by the URL of its metrics, which the live page shows beside this
    /// one; may be given several times.
    #[arg(long = "peer", value_name = "URL")]
    pub(crate) peers: Vec<String>,
    /// How long one of these may take to answer, in seconds.
    #[arg(long, default_value = "2", value_name = "SECONDS")]
    pub(crate) peer_timeout: u32,
}

impl Serve {
    pub(crate) fn listen(&self) -> Listen {
        self.listen.unwrap_or_else(Listen::by_environment)
    }
}

impl Cli {
    pub(crate) fn into_command(self) -> Command {
        self.command.unwrap_or(Command::Serve(self.serve))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(arguments: &[&str]) -> Serve {
        let arguments = std::iter::once(&"deploy-rollback").chain(arguments);
        match Cli::try_parse_from(arguments).expect("arguments").into_command() {
            Command::Serve(serve) => serve,
            Command::Generate(generate) => panic!("{generate:?}"),
        }
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
