use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, rt, web};

use super::body::PiecesBody;
use crate::http::{Credentials, Exposition, ScrapeBody, ScrapeRequest, ScrapeResponse};
use crate::registry::Registry;

/// The service of [`metrics`].
#[derive(Clone, Debug)]
pub struct Metrics {
    path: String,
    exposition: Exposition,
}

/// Answers scrapes at `/metrics` with the [default registry](crate::default_registry()).
///
/// What is answered, in which format, and when not, is that of [`Exposition`]. It is there with and
/// without a slash at the end of its path. All workers of a server, and all servers of the program,
/// answer from the same registry. A scrape is read and encoded on a thread where blocking is allowed,
/// and so holds up no other request, however slow a collector is.
///
/// ```
/// use actix_web::App;
/// use tallymark::Credentials;
///
/// let app = App::new().service(tallymark::actix::metrics());
/// # let _ = app;
/// let guarded = tallymark::actix::metrics()
///     .path("/internal/metrics")
///     .credentials(Credentials::bearer("s3cret"))
///     .max_scrapes(3);
/// let app = App::new().service(guarded);
/// # let _ = app;
/// ```
#[must_use]
pub fn metrics() -> Metrics {
    Metrics { path: "/metrics".to_owned(), exposition: Exposition::new() }
}

impl Metrics {
    /// Answers at another path than `/metrics`, below the scopes that it is in.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// Answers with another registry than the default one.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.exposition = self.exposition.registry(registry);
        self
    }

    /// Admits who has these credentials, and those that were given before; see
    /// [`Exposition::credentials`].
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.exposition = self.exposition.credentials(credentials);
        self
    }

    /// Sets how many scrapes of the registry may be under way at once; see
    /// [`Exposition::max_scrapes`].
    #[must_use]
    pub fn max_scrapes(mut self, scrapes: usize) -> Self {
        self.exposition = self.exposition.max_scrapes(scrapes);
        self
    }
}

impl HttpServiceFactory for Metrics {
    fn register(self, config: &mut AppService) {
        let Self { path, exposition } = self;
        let path = path.trim_end_matches('/').to_owned();
        let with_slash = format!("{path}/");
        let answer = move |request: HttpRequest| {
            let exposition = exposition.clone();
            async move { answer(exposition, &request).await }
        };
        // An empty one is that of the scope itself.
        web::resource([path, with_slash]).to(answer).register(config);
    }
}

async fn answer(exposition: Exposition, request: &HttpRequest) -> HttpResponse<PiecesBody> {
    let query = Some(request.query_string()).filter(|query| !query.is_empty());
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
    let request = ScrapeRequest::new(request.method().as_str(), query, headers);
    let timeout = request.timeout();
    let blocking = exposition.clone();
    let answer = web::block(move || blocking.read(&request));
    let answer = match timeout {
        None => Ok(answer.await),
        Some(timeout) => rt::time::timeout(timeout, answer).await,
    };
    let response = match answer {
        Ok(Ok(response)) => response,
        // A scrape that takes longer goes on, and is under way until it ends.
        Err(_) => Exposition::overdue(),
        Ok(Err(_)) => {
            tracing::error!("a scrape panicked");
            Exposition::overdue()
        }
    };
    exposition.record(&response);
    respond(response)
}

fn respond(response: ScrapeResponse) -> HttpResponse<PiecesBody> {
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
        tracing::error!(%error, "a scrape was not answered");
        HttpResponse::with_body(
            StatusCode::INTERNAL_SERVER_ERROR,
            PiecesBody::new(0, ScrapeBody::default()),
        )
    })
}
