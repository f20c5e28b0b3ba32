//! A deploy and rollback service, counted with one line for each handler.

mod answer;
mod cli;
mod connections;
mod generate;
mod leave;
mod listen;
mod name;
mod order;
mod releases;
mod root;
mod service;
mod socket;

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::cli::{Cli, Command, Serve};
use crate::connections::Connections;
use crate::releases::Releases;
use crate::root::Root;
use crate::socket::{Sharing, Socket};

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

fn serve(options: Serve) -> Result<(), Box<dyn Error>> {
    let listen = options.listen();
    // Before there are threads: what it reads of the environment it removes.
    let socket = Socket::open(listen, options.reuse_port).map_err(|error| {
        format!("cannot listen on {listen}: {error}; choose another with --listen")
    })?;
    actix_web::rt::System::new().block_on(serve_at(socket, options))
}

async fn serve_at(socket: Socket, options: Serve) -> Result<(), Box<dyn Error>> {
    tallymark::name_counter(&options.counter_name, COUNTER_HELP)?;

    // Kept until the service has stopped: then a temporary folder goes.
    let root = Root::new(options.root)?;
    let releases = web::Data::new(Releases::open(root.path())?);
    let connections = Arc::<Connections>::default();
    let leaving = web::Data::from(Arc::clone(&connections));
    let within = Duration::from_secs(options.peer_timeout.into());
    let metrics = service::metrics(&options.peers, within)?;
    let app = move || {
        let metrics = metrics.clone();
        App::new()
            .app_data(releases.clone())
            .app_data(leaving.clone())
            .wrap(from_fn(connections::end_where_leaving))
            .configure(|config| service::configure(config, metrics))
    };
    let counted = Arc::clone(&connections);
    let mut server = HttpServer::new(app)
        .keep_alive(leave::KEEP_ALIVE)
        .shutdown_timeout(leave::REQUEST.as_secs())
        .on_connect(move |_, data| drop(data.insert(counted.open())));
    if let Some(workers) = options.workers {
        server = server.workers(workers.into());
    }
    let queue = match socket.sharing {
        Sharing::Address => Some(socket.listener.try_clone()?),
        Sharing::Nobody | Sharing::Queue => None,
    };
    let server = server.listen(socket.listener)?;
    for address in server.addrs() {
        say(address, root.path());
    }
    if socket.sharing == Sharing::Nobody {
        // At SIGTERM it stops accepting, finishes the requests under way and returns.
        server.run().await?;
    } else {
        let server = server.disable_signals().run();
        leave::leave_to_others(&server.handle(), connections, queue)?;
        server.await?;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Says where it listens, and what to try there.
fn say(address: SocketAddr, root: &Path) {
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
        root.display()
    );
    if let Err(error) = shown {
        // Nobody reads what we print; that is no reason not to serve.
        tracing::debug!(%error, "standard output is closed");
    }
}
