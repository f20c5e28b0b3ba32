//! The endpoint for actix-web.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::header;
use actix_web::{HttpResponse, web};

use crate::exposition::TEXT_CONTENT_TYPE;
use crate::registry::{Registry, default_registry};

/// The service of [`metrics`].
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
}

/// Answers `GET /metrics` with the [default registry](default_registry()) in the text format.
///
/// The answer is `200` with `Content-Type: text/plain; version=0.0.4; charset=utf-8`; other methods
/// are answered `405`. All workers of a server, and all servers of the program, answer from the
/// same registry.
///
/// ```
/// use actix_web::App;
///
/// let app = App::new().service(tallymark::actix::metrics());
/// # let _ = app;
/// ```
#[must_use]
pub fn metrics() -> Metrics {
    Metrics { registry: default_registry().clone() }
}

impl Metrics {
    /// Answers with another registry than the default one.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }
}

impl HttpServiceFactory for Metrics {
    fn register(self, config: &mut AppService) {
        let answer = move || {
            let body = self.registry.gather_text();
            async {
                HttpResponse::Ok()
                    .insert_header((header::CONTENT_TYPE, TEXT_CONTENT_TYPE))
                    .body(body)
            }
        };
        web::resource("/metrics").route(web::get().to(answer)).register(config);
    }
}
