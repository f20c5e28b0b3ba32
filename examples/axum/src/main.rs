//! Metrics in an axum server: handlers are annotated as anywhere, and the endpoint is one function.

use std::error::Error;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::stream;
use tallymark::{Exposition, ScrapeRequest, counted};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

#[counted(interface = "/hello")]
async fn hello() -> &'static str {
    "hello\n"
}

/// Answers a scrape: hands over what matters of the request, and gives what comes back.
async fn metrics(exposition: Exposition, request: Request) -> Response {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let request = ScrapeRequest::new(request.method().as_str(), request.uri().query(), headers);
    // To read all metrics may take its time.
    let Ok(answer) = spawn_blocking(move || exposition.answer(&request)).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    // Piece by piece: an answer that is given up for others ends with an error, and with its connection.
    let body = Body::from_stream(stream::iter(answer.into_body()));
    response.body(body).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    let exposition = Exposition::new();
    let app = Router::new()
        .route("/hello", get(hello))
        .route("/metrics", any(move |request| metrics(exposition.clone(), request)));
    let listener = TcpListener::bind(&address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let address = listener.local_addr()?;
    #[expect(clippy::print_stdout, reason = "for who started it")]
    {
        println!("listens on http://{address} with /hello and /metrics");
    }
    Ok(axum::serve(listener, app).await?)
}
