use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::rt::System;

/// A server on a thread of the test. Dropped, it goes on until the test's process ends.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: JoinHandle<()>,
}

impl Running {
    /// Starts what is bound to that address.
    ///
    /// # Panics
    ///
    /// If it does not start within half a minute.
    #[must_use]
    pub fn start(bind: impl FnOnce() -> (SocketAddr, Server) + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let (address, server) = bind();
                sender.send((address, server.handle())).expect("the test waits");
                server.await.expect("the server ends well");
            });
        });
        let started = receiver.recv_timeout(Duration::from_secs(30));
        let (address, handle) = started.expect("a server");
        Self { address, handle, thread }
    }

    /// Stops it at once, and waits until it has.
    ///
    /// # Panics
    ///
    /// If it did not end well.
    pub fn stop(self) {
        System::new().block_on(self.handle.stop(false));
        self.thread.join().expect("the server ended");
    }
}
