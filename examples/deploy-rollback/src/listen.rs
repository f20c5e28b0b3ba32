use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::str::FromStr;

/// Where the service listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    Address(SocketAddr),
    /// On the socket that it was started with as its standard input: so several processes share one.
    Inherited,
}

/// How the second one is written.
const INHERITED: &str = "fd:0";

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == INHERITED {
            return Ok(Self::Inherited);
        }
        text.parse().map(Self::Address).map_err(|_| {
            format!(
                "neither an address such as 127.0.0.1:8080 nor `{INHERITED}`, for a socket that \
                     a supervisor hands over"
            )
        })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Inherited => f.write_str(INHERITED),
        }
    }
}

/// The socket that this process was started with.
#[cfg(unix)]
pub(crate) fn inherited() -> io::Result<TcpListener> {
    use std::os::fd::AsFd;

    let socket = TcpListener::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.local_addr().map_err(|error| {
        let problem = format!("standard input is no socket that listens ({error})");
        io::Error::new(error.kind(), problem)
    })?;
    Ok(socket)
}

/// The socket that this process was started with.
#[cfg(not(unix))]
pub(crate) fn inherited() -> io::Result<TcpListener> {
    let problem = "a socket can be handed over on Unix alone";
    Err(io::Error::new(io::ErrorKind::Unsupported, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_is_refused_with_both() {
        assert_eq!("fd:0".parse(), Ok(Listen::Inherited));
        let address = SocketAddr::from(([127, 0, 0, 1], 8080));
        assert_eq!("127.0.0.1:8080".parse(), Ok(Listen::Address(address)));
        for text in ["", "fd:1", "localhost", "8080"] {
            let error = text.parse::<Listen>().expect_err(text);
            assert!(error.contains("127.0.0.1:8080") && error.contains("fd:0"), "{error}");
        }
    }
}
