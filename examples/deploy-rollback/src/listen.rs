use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// Where the service listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listen {
    Address(SocketAddr),
    /// On the socket that is its standard input, as supervisord hands one over.
    StandardInput,
    /// On the socket that `LISTEN_FDS` tells of, as systemd hands one over.
    Inherited,
}

/// How the others are written.
const STANDARD_INPUT: &str = "fd:0";
const INHERITED: &str = "inherited";

impl Listen {
    /// Where it listens if nobody says: on the socket that it was given, if there is one.
    pub(crate) fn by_environment() -> Self {
        let handed = cfg!(unix) && std::env::var_os("LISTEN_FDS").is_some();
        if handed { Self::Inherited } else { Self::Address(([127, 0, 0, 1], 8080).into()) }
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            STANDARD_INPUT => Ok(Self::StandardInput),
            INHERITED => Ok(Self::Inherited),
            address => address.parse().map(Self::Address).map_err(|_| {
                format!(
                    "neither an address such as 127.0.0.1:8080, nor `{STANDARD_INPUT}` or \
                     `{INHERITED}`, for a socket that a supervisor hands over"
                )
            }),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::StandardInput => f.write_str(STANDARD_INPUT),
            Self::Inherited => f.write_str(INHERITED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_of_them_is_refused_with_all() {
        assert_eq!("fd:0".parse(), Ok(Listen::StandardInput));
        assert_eq!("inherited".parse(), Ok(Listen::Inherited));
        let address = SocketAddr::from(([127, 0, 0, 1], 8080));
        assert_eq!("127.0.0.1:8080".parse(), Ok(Listen::Address(address)));
        for text in ["", "fd:1", "localhost", "8080"] {
            let error = text.parse::<Listen>().expect_err(text);
            for way in ["127.0.0.1:8080", "fd:0", "inherited"] {
                assert!(error.contains(way), "{error}");
            }
        }
    }
}
