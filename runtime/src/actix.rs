//! The endpoint for actix-web.

mod body;
mod endpoint;

pub use self::endpoint::{Metrics, metrics};
