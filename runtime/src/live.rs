//! A page on which one sees what the program measures, as any server can answer it.

mod config;
mod endpoint;
mod error;
mod file;
mod peer;
mod peers;

pub use self::endpoint::LivePage;
pub use self::error::PeerError;
#[cfg(feature = "actix")]
pub(crate) use self::peers::Peers;
