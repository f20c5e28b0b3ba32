//! For actix-web: the endpoint, a listener of its own for it, and a middleware for all requests.

mod answer;
mod body;
#[cfg(feature = "dashboards")]
mod dashboard;
mod endpoint;
mod listener;
#[cfg(feature = "live")]
mod live;
mod requests;

pub use self::endpoint::{Metrics, metrics};
pub use self::listener::{Listener, serve};
pub use self::requests::{Requests, RequestsFuture, RequestsService};
#[cfg(feature = "rustls")]
pub use rustls;
