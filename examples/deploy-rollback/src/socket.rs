use std::io;
use std::net::{SocketAddr, TcpListener};

use crate::listen::Listen;

/// What the service accepts from.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) listener: TcpListener,
    pub(crate) sharing: Sharing,
}

/// Who else accepts there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sharing {
    Nobody,
    /// Others, from the same queue.
    Queue,
    /// Others, each from a queue of its own.
    Address,
}

impl Socket {
    pub(crate) fn open(listen: Listen, reuse_port: bool) -> io::Result<Self> {
        let (listener, sharing) = match (listen, reuse_port) {
            (Listen::Address(address), false) => (TcpListener::bind(address)?, Sharing::Nobody),
            (Listen::Address(address), true) => (reusing(address)?, Sharing::Address),
            (_, true) => {
                let problem = "--reuse-port is for an address: a socket that is handed over is \
                               shared as it is";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
            }
            (Listen::StandardInput, false) => (standard_input()?, Sharing::Queue),
            (Listen::Inherited, false) => (inherited()?, Sharing::Queue),
        };
        Ok(Self { listener, sharing })
    }
}

#[cfg(unix)]
fn reusing(address: SocketAddr) -> io::Result<TcpListener> {
    use socket2::{Domain, Protocol, Socket, Type};

    /// As many as the server has where it listens by itself.
    const BACKLOG: i32 = 1024;

    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The socket that is the standard input of this process.
#[cfg(unix)]
fn standard_input() -> io::Result<TcpListener> {
    use std::os::fd::AsFd;

    listening(TcpListener::from(io::stdin().as_fd().try_clone_to_owned()?), "standard input")
}

/// The first of the sockets that the environment tells of.
#[cfg(unix)]
fn inherited() -> io::Result<TcpListener> {
    let mut handed = listenfd::ListenFd::from_env();
    if handed.len() > 1 {
        tracing::warn!(sockets = handed.len(), "the first of the sockets is used, and no other");
    }
    let socket = handed.take_tcp_listener(0)?.ok_or_else(|| {
        let problem = "LISTEN_FDS hands nothing over to this process";
        io::Error::new(io::ErrorKind::NotFound, problem)
    })?;
    listening(socket, "what LISTEN_FDS hands over")
}

#[cfg(unix)]
fn listening(socket: TcpListener, what: &str) -> io::Result<TcpListener> {
    let listens = socket2::SockRef::from(&socket).is_listener();
    match listens.and_then(|listens| socket.local_addr().map(|_| listens)) {
        Ok(true) => Ok(socket),
        Ok(false) => {
            let problem = format!("{what} is a socket that does not listen");
            Err(io::Error::new(io::ErrorKind::InvalidInput, problem))
        }
        Err(error) => {
            let problem = format!("{what} is no socket that listens ({error})");
            Err(io::Error::new(error.kind(), problem))
        }
    }
}

#[cfg(not(unix))]
fn reusing(_address: SocketAddr) -> io::Result<TcpListener> {
    standard_input()
}

#[cfg(not(unix))]
fn inherited() -> io::Result<TcpListener> {
    standard_input()
}

#[cfg(not(unix))]
fn standard_input() -> io::Result<TcpListener> {
    let problem = "a socket can be shared on Unix alone";
    Err(io::Error::new(io::ErrorKind::Unsupported, problem))
}
