//! For actix-web: the endpoint, a listener of its own for it, and a middleware for all requests.

mod body;
mod endpoint;
mod listener;
mod requests;

pub use self::endpoint::{Metrics, metrics};
pub use self::listener::{Listener, serve};
pub use self::requests::{Requests, RequestsFuture, RequestsService};
#[cfg(feature = "rustls")]
pub use rustls;
