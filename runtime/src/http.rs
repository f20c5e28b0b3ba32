//! A scrape, as any server can answer it.

mod accept;
mod body;
mod coding;
mod credentials;
mod endpoint;
mod error;
#[cfg(feature = "live")]
mod identity;
mod permit;
mod query;
mod request;
mod response;
mod secret;
mod turn;
mod unsent;
mod weighted;

pub use self::body::{ScrapeBody, ScrapePieces};
#[cfg(any(feature = "live", feature = "otlp"))]
pub(crate) use self::coding::gzip;
pub use self::credentials::Credentials;
pub use self::endpoint::Exposition;
pub use self::error::CutError;
pub use self::request::ScrapeRequest;
pub use self::response::ScrapeResponse;
#[cfg(feature = "live")]
pub(crate) use self::{
    identity::{Identity, REGISTRY},
    permit::Permits,
    request::{AUTHORIZATION, FOR_A_PAGE, IF_NONE_MATCH},
};
