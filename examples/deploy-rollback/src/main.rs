//! A deploy and rollback service, counted with one line for each handler.

mod answer;
mod cli;
mod generate;
mod leave;
mod listen;
mod name;
mod order;
mod releases;
mod root;
mod service;

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

use actix_web::{App, HttpServer, web};
use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command, Serve};
use crate::listen::Listen;
use crate::releases::Releases;
use crate::root::Root;

/// The name of the service in Prometheus, Grafana and Kubernetes.
const SERVICE: &str = "mp-sre-deploy";

/// What the counter of calls says of itself.
const COUNTER_HELP: &str = "接口调用计数器";

fn main() -> ExitCode {
    let cli = Cli::parse();
    // To standard error: standard output is for the person who started the service.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    let done = match cli.into_command() {
        Command::Serve(options) => serve(options),
        Command::Generate(options) => generate::generate(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[actix_web::main]
async fn serve(options: Serve) -> Result<(), Box<dyn Error>> {
    tallymark::name_counter(&options.counter_name, COUNTER_HELP)?;

    // Kept until the service has stopped: then a temporary folder goes.
    let root = Root::new(options.root)?;
    let releases = web::Data::new(Releases::open(root.path())?);
    let within = Duration::from_secs(options.peer_timeout.into());
    let metrics = service::metrics(&options.peers, within)?;
    let app = move || {
        let (releases, metrics) = (releases.clone(), metrics.clone());
        App::new().app_data(releases).configure(|config| service::configure(config, metrics))
    };
    let mut server = HttpServer::new(app);
    if let Some(workers) = options.workers {
        server = server.workers(workers.into());
    }
    let server = match options.listen {
        Listen::Address(address) => server.bind(address),
        Listen::Inherited => listen::inherited().and_then(|socket| server.listen(socket)),
    };
    let server = server.map_err(|error| {
        format!("cannot listen on {}: {error}; choose another with --listen", options.listen)
    })?;
    for address in server.addrs() {
        let shown = writeln!(
            io::stdout(),
            "deploy-rollback listens on http://{address} with the releases in {}\n\
             Try:\n  \
             curl http://{address}/deploy -H 'Content-Type: application/json' \
             -d '{{\"app\":\"web\",\"version\":\"1.4.2\"}}'\n  \
             curl http://{address}/rollback -H 'Content-Type: application/json' \
             -d '{{\"app\":\"web\"}}'\n  \
             curl http://{address}/metrics\n\
             Or look: http://{address}/metrics/live",
            root.path().display()
        );
        if let Err(error) = shown {
            // Nobody reads what we print; that is no reason not to serve.
            tracing::debug!(%error, "standard output is closed");
        }
    }
    // At SIGTERM it stops accepting, finishes the requests under way and returns.
    if options.listen == Listen::Inherited {
        let server = server.disable_signals().run();
        leave::leave_to_others(&server.handle())?;
        server.await?;
    } else {
        server.run().await?;
    }
    tracing::info!("stopped");
    Ok(())
}
