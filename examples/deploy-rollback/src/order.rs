use actix_web::error::JsonPayloadError;
use actix_web::web;
use serde::Deserialize;

use crate::answer::Refusal;
use crate::name::Name;

/// The largest body that is read, in bytes.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// The body of `POST /deploy`.
#[derive(Debug, Deserialize)]
pub(crate) struct Deploy {
    pub(crate) app: Name,
    pub(crate) version: Name,
}

/// The body of `POST /rollback`.
#[derive(Debug, Deserialize)]
pub(crate) struct Rollback {
    pub(crate) app: Name,
}

/// An order with an example of itself, for those who send something else.
pub(crate) trait Order {
    const EXAMPLE: &str;
}

impl Order for Deploy {
    const EXAMPLE: &str = r#"{"app":"web","version":"1.4.2"}"#;
}

impl Order for Rollback {
    const EXAMPLE: &str = r#"{"app":"web"}"#;
}

/// What an interface is handed: its order, or why the body is none.
pub(crate) type Received<T> = Result<web::Json<T>, actix_web::Error>;

/// The order, or a refusal that says what to send.
pub(crate) fn accept<T: Order>(received: Received<T>) -> Result<T, Refusal> {
    let error = match received {
        Ok(order) => return Ok(order.into_inner()),
        Err(error) => error,
    };
    let send = format!("send {} as application/json", T::EXAMPLE);
    Err(match error.as_error() {
        Some(JsonPayloadError::ContentType) => {
            Refusal::MediaType(format!("the body is not declared as JSON; {send}"))
        }
        Some(JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. }) => {
            Refusal::TooLarge(format!("the body is over {BODY_LIMIT} bytes; {send}"))
        }
        Some(JsonPayloadError::Deserialize(error)) => {
            Refusal::Body(format!("the body is no order: {error}; {send}"))
        }
        _ => Refusal::Body(format!("the body cannot be read: {error}; {send}")),
    })
}
