//! The HTTP interface of Prometheus, which others have too.

use std::net::SocketAddr;
use std::time::Duration;

use crate::process::wait_for;
use crate::service::agent;

/// Waits until a server says at this path that it is ready.
pub(crate) fn wait_until_ready(what: &str, address: SocketAddr, path: &str) {
    wait_for(&format!("{what} to be ready"), Duration::from_secs(60), || {
        match agent().get(url(address, path)).call() {
            Ok(answer) if answer.status() == 200 => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
}

pub(crate) fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}
