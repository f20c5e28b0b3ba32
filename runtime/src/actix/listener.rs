use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, rt};

use super::endpoint::{Metrics, metrics};

/// Serves [`metrics`] on an address of its own: beside a service that is open to others, or in a
/// program that serves nothing else and need not be async.
///
/// ```
/// let listener = tallymark::actix::serve("127.0.0.1:0")?;
/// println!("metrics are on http://{}/metrics", listener.addresses()[0]);
/// # listener.stop();
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// It runs on a thread of its own, `tallymark-metrics`, beside which actix-web has those on which it
/// accepts and answers. Dropped, it goes on until the program ends.
///
/// # Errors
///
/// If it cannot listen on the address, or on one of those that a name stands for; the error names it.
pub fn serve(address: impl ToSocketAddrs) -> io::Result<Listener> {
    metrics().serve(address)
}

/// What [`serve`] started.
#[derive(Debug)]
pub struct Listener {
    addresses: Vec<SocketAddr>,
    handle: ServerHandle,
    thread: JoinHandle<()>,
}

/// How long a client may take for the head of its request, and how long what is under way has when the
/// listener stops.
const PATIENCE: Duration = Duration::from_secs(5);

impl Listener {
    /// Where it listens: with the port that the system chose, if 0 was asked for.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Stops it, and waits until it has: at most five seconds for the scrapes that are under way.
    pub fn stop(self) {
        // The server is told at once; the future would only wait for it, as is done here.
        drop(self.handle.stop(true));
        if self.thread.join().is_err() {
            tracing::error!("the listener for metrics panicked");
        }
    }
}

/// A server of the endpoint, whose type has no name.
macro_rules! server {
    ($metrics:expr) => {
        HttpServer::new(move || App::new().service($metrics.clone()))
            .workers(1)
            .disable_signals()
            .client_request_timeout(PATIENCE)
            .shutdown_timeout(PATIENCE.as_secs())
    };
}

impl Metrics {
    /// Serves this endpoint on an address of its own, as [`serve`] does.
    ///
    /// # Errors
    ///
    /// Those of [`serve`].
    pub fn serve(self, address: impl ToSocketAddrs) -> io::Result<Listener> {
        start(address, move |listeners| {
            let server = server!(self);
            let server = listeners.into_iter().try_fold(server, HttpServer::listen)?;
            Ok(server.run())
        })
    }

    /// Serves this endpoint on an address of its own by TLS.
    ///
    /// The configuration has the certificate, who is asked for one, and the provider of the
    /// cryptography; it is that of the crate `rustls`, which is here as [`rustls`](super::rustls).
    ///
    /// # Errors
    ///
    /// Those of [`serve`].
    #[cfg(feature = "rustls")]
    pub fn serve_tls(
        self,
        address: impl ToSocketAddrs,
        config: rustls::ServerConfig,
    ) -> io::Result<Listener> {
        start(address, move |listeners| {
            let server = server!(self);
            let server = listeners.into_iter().try_fold(server, |server, listener| {
                server.listen_rustls_0_23(listener, config.clone())
            })?;
            Ok(server.run())
        })
    }
}

fn start(
    address: impl ToSocketAddrs,
    run: impl FnOnce(Vec<TcpListener>) -> io::Result<Server> + Send + 'static,
) -> io::Result<Listener> {
    // Here, so that an address that is taken is an error here.
    let mut listeners = Vec::new();
    for address in address.to_socket_addrs()? {
        let listener = TcpListener::bind(address).map_err(|error| {
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        })?;
        listeners.push(listener);
    }
    if listeners.is_empty() {
        let problem = "the name stands for no address to listen on";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<_>>()?;
    let (sender, receiver) = mpsc::sync_channel(1);
    let body = move || {
        rt::System::new().block_on(async {
            match run(listeners) {
                Ok(server) => {
                    // Received, unless the thread was given up.
                    let _ = sender.send(Ok(server.handle()));
                    if let Err(error) = server.await {
                        tracing::error!(%error, "the listener for metrics has stopped");
                    }
                }
                Err(error) => drop(sender.send(Err(error))),
            }
        });
    };
    let thread = thread::Builder::new().name("tallymark-metrics".to_owned()).spawn(body)?;
    let handle = receiver.recv().map_err(io::Error::other)??;
    Ok(Listener { addresses, handle, thread })
}
