use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, rt, web};

use super::body::PiecesBody;
use crate::http::{Exposition, ScrapeBody, ScrapeRequest, ScrapeResponse};

/// Answers a request of an endpoint, and records that.
pub(super) async fn answer(
    exposition: &Exposition,
    request: &HttpRequest,
    read: impl FnOnce(&ScrapeRequest) -> ScrapeResponse + Send + 'static,
) -> HttpResponse<PiecesBody> {
    let response = block(request, read).await;
    exposition.record(&response);
    respond(response)
}

/// Reads what is answered on a thread where blocking is allowed.
pub(super) async fn block(
    request: &HttpRequest,
    read: impl FnOnce(&ScrapeRequest) -> ScrapeResponse + Send + 'static,
) -> ScrapeResponse {
    let query = Some(request.query_string()).filter(|query| !query.is_empty());
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let request = ScrapeRequest::new(request.method().as_str(), query, headers);
    let timeout = request.timeout();
    let answer = web::block(move || read(&request));
    let answer = match timeout {
        None => Ok(answer.await),
        Some(timeout) => rt::time::timeout(timeout, answer).await,
    };
    match answer {
        Ok(Ok(response)) => response,
        // A scrape that takes longer goes on, and is under way until it ends.
        Err(_) => Exposition::overdue(),
        Ok(Err(_)) => {
            tracing::error!("a request panicked");
            Exposition::overdue()
        }
    }
}

pub(super) fn respond(response: ScrapeResponse) -> HttpResponse<PiecesBody> {
    let status = StatusCode::from_u16(response.status()).unwrap_or(StatusCode::OK);
    let mut builder = HttpResponse::build(status);
    let mut length = None;
    for (name, value) in response.headers() {
        // The server writes it itself, by the size of the body.
        if name == "content-length" {
            length = value.parse().ok();
        } else {
            builder.append_header((name, value));
        }
    }
    let body = response.into_body();
    let size = length.unwrap_or(body.len() as u64);
    builder.message_body(PiecesBody::new(size, body)).unwrap_or_else(|error| {
        // Of headers that are no headers, which ours all are.
        tracing::error!(%error, "a request was not answered");
        HttpResponse::with_body(
            StatusCode::INTERNAL_SERVER_ERROR,
            PiecesBody::new(0, ScrapeBody::default()),
        )
    })
}
