use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::Method;
use actix_web::{Error, HttpMessage};

use crate::clock::Moment;
use crate::metrics::{Counter, Gauge, GaugeGuard, Histogram};

static REQUESTS: Counter<3> =
    Counter::new("http_requests_total", "HTTP requests.", ["method", "route", "status"]);

static DURATIONS: Histogram<2> = Histogram::new(
    "http_request_duration_seconds",
    "Time until the head of the response was ready.",
    ["method", "route"],
);

static IN_FLIGHT: Gauge<0, i64> =
    Gauge::new("http_requests_in_flight", "HTTP requests under way.", []);

/// The route of what no route matches.
const UNMATCHED: &str = "unmatched";

/// Whose client went away before there was an answer: nginx's number for it.
const CANCELLED: u16 = 499;

/// What a request has while a service inside works on it: if it is dropped then, that panicked.
const PANICKED: u16 = 500;

/// Measures every request of an app, those included that no annotation sees: unmatched routes,
/// extractors that fail, files, and what other middleware answers.
///
/// - `http_requests_total{method, route, status}` counts each request once, when the head of its
///   response is ready.
/// - `http_request_duration_seconds{method, route}` is a histogram of the time until then; a body that
///   is streamed afterwards is not waited for.
/// - `http_requests_in_flight` are those under way.
///
/// The label `route` is the pattern that matched, with the prefixes of its scopes (`/apps/{app}`), and
/// never the path: it has no more values than the app has routes. What matches none is `unmatched`;
/// what a guard refuses has the pattern that its path matches, as actix-web gives it.
/// `method` is one of RFC 9110 and 5789, or `OTHER`. `status` is the number of the response, that of
/// the error where a service or middleware inside fails, 499 where the client went away before, and 500
/// where a handler or a middleware inside panicked.
///
/// ```
/// use actix_web::App;
///
/// let app = App::new().wrap(tallymark::actix::Requests::new()).service(tallymark::actix::metrics());
/// # let _ = app;
/// ```
///
/// Wrapped last it is the outermost, and sees what all others answer. A request that comes through
/// several of them is measured by the outermost. It measures beside the attributes, and in metrics of
/// its own; unless it is wrapped there are none.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Requests;

impl Requests {
    /// Makes the middleware; its metrics are exposed from now on.
    #[must_use]
    pub fn new() -> Self {
        REQUESTS.expose();
        DURATIONS.expose();
        IN_FLIGHT.add(0);
        Self
    }
}

/// As [`Requests::new`], whose metrics are exposed as well.
impl Default for Requests {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, B> Transform<S, ServiceRequest> for Requests
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = RequestsService<S>;
    type InitError = ();
    type Future = Ready<Result<RequestsService<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(RequestsService { service }))
    }
}

/// The service that [`Requests`] makes of another.
#[derive(Debug)]
pub struct RequestsService<S> {
    service: S,
}

/// What a request has that is measured already.
struct Measured;

impl<S, B> Service<ServiceRequest> for RequestsService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = RequestsFuture<S::Future>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let first = request.extensions_mut().insert(Measured).is_none();
        // By the path: a clone of the request, to ask it later, would be in the router's way.
        let mut under_way = first.then(|| UnderWay {
            method: method(request.method()),
            route: request.match_pattern(),
            start: Moment::now(),
            _in_flight: IN_FLIGHT.guard(),
            status: PANICKED,
        });
        let future = self.service.call(request);
        set_status(&mut under_way, CANCELLED);
        RequestsFuture { future, under_way }
    }
}

pin_project_lite::pin_project! {
    /// The future of [`RequestsService`].
    #[derive(Debug)]
    #[must_use = "a future does nothing unless it is polled"]
    pub struct RequestsFuture<F> {
        #[pin]
        future: F,
        under_way: Option<UnderWay>,
    }
}

impl<F, B> Future for RequestsFuture<F>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        set_status(this.under_way, PANICKED);
        let polled = this.future.poll(context);
        let status = match &polled {
            Poll::Pending => CANCELLED,
            Poll::Ready(Ok(response)) => response.status().as_u16(),
            Poll::Ready(Err(error)) => error.as_response_error().status_code().as_u16(),
        };
        set_status(this.under_way, status);
        if let (Poll::Ready(result), Some(mut under_way)) =
            (&polled, this.under_way.take_if(|_| polled.is_ready()))
        {
            // Now the router has been asked, and knows better.
            if let Ok(response) = result
                && let Some(route) = response.request().match_pattern()
            {
                under_way.route = Some(route);
            }
        }
        polled
    }
}

fn set_status(under_way: &mut Option<UnderWay>, status: u16) {
    if let Some(under_way) = under_way {
        under_way.status = status;
    }
}

/// A request that is counted when this is dropped.
#[derive(Debug)]
struct UnderWay {
    method: &'static str,
    route: Option<String>,
    start: Moment,
    _in_flight: GaugeGuard<i64>,
    /// What it came to, if nothing more is heard of it.
    status: u16,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let seconds = self.start.seconds();
        let route = self.route.as_deref().unwrap_or(UNMATCHED);
        DURATIONS.with([self.method, route]).observe(seconds);
        REQUESTS.with([self.method, route, itoa::Buffer::new().format(self.status)]).inc();
    }
}

/// Anybody can make up methods, and each would be a series.
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}
