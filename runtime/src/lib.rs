//! A library that makes a service measurable by annotating it.
//!
//! One line for each handler, and one for the endpoint:
//!
//! ```
//! use actix_web::{App, HttpServer, Responder, post};
//! use tallymark::counted;
//!
//! #[counted(interface = "/deploy")]
//! #[post("/deploy")]
//! async fn deploy() -> impl Responder {
//!     "deployed"
//! }
//!
//! # fn main() -> std::io::Result<()> {
//! let server = HttpServer::new(|| App::new().service(deploy).service(tallymark::actix::metrics()));
//! # drop(server);
//! # Ok(())
//! # }
//! ```
//!
//! `GET /metrics` then shows how often `deploy` was called, from 0 on:
//!
//! ```text
//! # HELP request_processing_total Calls of the annotated interfaces.
//! # TYPE request_processing_total counter
//! request_processing_total{interface="/deploy"} 21
//! ```
//!
//! - [`counted`], [`timed`], [`in_flight`] and [`observed`] are the attributes.
//! - [`Counter`], [`Gauge`], [`Histogram`] and [`Summary`] are metrics for all else that a service
//!   counts; [`metric`] has the linker find those in statics.
//! - [`actix::metrics`] is the endpoint for actix-web, in every format that scrapers ask for;
//!   [`Exposition`] is the same for any other server. [`gather_text`] is the text format alone.
//! - [`actix::serve`] serves it on an address of its own, and [`actix::Requests`] measures every
//!   request of an app, those included that no annotation sees.
//! - `with_exemplar` of a counter or a histogram leads from a number to what was behind it.
//! - [`name_counter`] gives the counter a name of the service's own, and [`check`] finds
//!   annotations that contradict each other; either is one line at the start of the program.
//! - [`Registry`] is the set of all that is exposed. The [default one](default_registry) includes
//!   the default registry of the [`prometheus`] crate.
//! - [`multiprocess`] has a service that runs as several processes answer with the totals of all, for one
//!   variable of the environment; [`Combine`] says how gauges of several become one.
//! - `push` (feature) takes the metrics of a job that ends to the Prometheus pushgateway, and `otlp`
//!   (feature) those of any program to what speaks OTLP.
//! - [`testing`] shows how to test what is counted.
//!
//! # What an increment costs
//!
//! Each thread counts in memory that no other thread writes, and a scrape adds up: an increment is
//! an add to memory, without a lock, a locked instruction or a cache line that threads pass around.
//! (A gauge, whose last `set` of any thread counts, is one cell for all.) `benches/` in the repository
//! measures it beside other crates. For each series that it counts in a thread needs 8 bytes (a
//! histogram: 8 for each bucket), in pieces of a kilobyte; what it has is left to the next thread when
//! it ends, so that nothing is lost, and memory is bounded by the most threads that were alive at
//! once.
//!
//! # What a scrape costs
//!
//! What was sent is kept for each format that is asked for, and only the numbers that changed are
//! written over: a few nanoseconds for each series, and no memory. It takes about as many bytes as the
//! text has, and twenty for each number in it.
//!
//! # Annotations in library crates
//!
//! Annotated functions and statics are found when the program is linked, which is why they are all
//! exposed before their first call. A linker may leave out a library crate from which the program
//! uses nothing at all, and then what is annotated in it is not there either: naming one item of
//! that crate anywhere brings it back.
//!
//! # Features
//!
//! - `actix` (on by default): [`actix`], the endpoint for actix-web 4.
//! - `rustls`: TLS for the listener that [`actix::serve`] starts.
//! - `live`: a page on which one sees what the program measures, `LivePage`; for actix-web,
//!   `actix::metrics().live(true)` serves it at `/metrics/live`.
//! - `dashboards`: `dashboards`, which writes dashboards for Grafana, rules and alerts for Prometheus, and
//!   objects for Kubernetes, of what the program measures.
//! - `push`: `tallymark::push`, with which jobs that end push to the Prometheus pushgateway.
//! - `otlp`: `tallymark::otlp`, which pushes over OTLP/HTTP in protobuf.
//! - `https`: TLS for what these two send.
//! - `cli`: the program `tallymark`, which shows what processes count that share a directory (Linux).
//! - `opentelemetry`: what is counted within a sampled trace of `tracing-opentelemetry` has that for its
//!   exemplar, at most one a second for each series or bucket. Each count then looks for the current
//!   span.
//!
//! # Stability
//!
//! Versions follow [Semantic Versioning](https://semver.org); before 1.0.0 the middle number is the one
//! that may break something. Promised are:
//!
//! - All that this documentation shows, and what the attributes take. What is hidden from it is for
//!   generated code, `__private` above all, and may change with each version: `tallymark` takes its own
//!   version of `tallymark-macros` and no other.
//! - The names, labels and kinds of the metrics that the library has itself, and the values of `outcome`:
//!   dashboards and alerts depend on them. New ones may come. Help texts, log messages and the order of
//!   lines may change.
//! - The files of [`multiprocess`]: a version of the library reads those of its format's version, and
//!   leaves later ones out, counted as `newer`, so that a restart of one process after the other goes
//!   from one to the next. They are gone with the last process, and nothing is to be migrated.
//! - The oldest compiler, Rust 1.89: a newer one is asked for no sooner than half a year after it came
//!   out, and in a version that may break something or adds something, never in a mere fix.
//! - Features are added and not taken away. The crates whose types are in the interface (`actix-web` 4,
//!   `prometheus` 0.14, `rustls` 0.23) change their major version only where ours does.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "actix")]
pub mod actix;
mod attached;
mod bounds;
mod catalog;
mod clock;
mod collector;
mod combine;
mod content;
mod contradiction;
#[cfg(feature = "dashboards")]
pub mod dashboards;
#[cfg(any(feature = "otlp", feature = "push"))]
mod delivery;
mod described;
mod error;
mod exemplar;
mod exposition;
#[cfg_attr(not(target_os = "linux"), path = "file/elsewhere.rs")]
mod file;
mod http;
mod included;
#[cfg(target_os = "linux")]
mod inherited;
mod joined;
mod kind;
mod link;
mod list;
mod listing;
#[cfg(feature = "live")]
mod live;
#[cfg_attr(
    not(any(feature = "dashboards", feature = "live")),
    expect(dead_code, reason = "for those who show what is measured")
)]
mod measured;
#[allow(missing_docs, reason = "what is for users is re-exported")]
mod metrics;
mod model;
pub mod multiprocess;
mod name;
mod naming;
mod native;
mod offered;
#[cfg(feature = "otlp")]
pub mod otlp;
mod outcome;
#[cfg_attr(not(target_os = "linux"), path = "processes/elsewhere.rs")]
mod processes;
#[cfg(feature = "push")]
pub mod push;
#[cfg(target_os = "linux")]
mod python;
mod query;
mod registry;
mod sample;
mod scope;
mod scrapes;
mod snapshot;
mod steady;
pub mod testing;

// Public for generated code alone, through `__private`.
#[allow(missing_docs, clippy::must_use_candidate, reason = "not for users")]
mod cells;
#[allow(missing_docs, reason = "not for users")]
mod item;
#[allow(missing_docs, reason = "not for users")]
mod label_text;
#[allow(missing_docs, reason = "not for users")]
mod labelled;
#[allow(missing_docs, reason = "not for users")]
mod probe;
#[allow(missing_docs, reason = "not for users")]
mod reply;
#[cfg(feature = "actix")]
#[allow(missing_docs, reason = "not for users")]
mod responder;
#[allow(missing_docs, reason = "not for users")]
mod shape;
#[allow(missing_docs, clippy::must_use_candidate, reason = "not for users")]
mod site;
mod traced;
#[allow(missing_docs, reason = "not for users")]
mod tracked;

pub use prometheus;

pub use self::combine::Combine;
pub use self::contradiction::Contradictions;
#[cfg(any(feature = "otlp", feature = "push"))]
pub use self::delivery::PushError;
pub use self::error::StartError;
pub use self::exposition::TEXT_CONTENT_TYPE;
pub use self::http::{
    Credentials, CutError, Exposition, ScrapeBody, ScrapePieces, ScrapeRequest, ScrapeResponse,
};
pub use self::labelled::series_limit::limit_series;
#[cfg(feature = "live")]
pub use self::live::{LivePage, PeerError};
pub use self::metrics::{
    Counter, CounterChild, CounterNumber, Gauge, GaugeChild, GaugeGuard, GaugeNumber, Histogram,
    HistogramChild, MetricError, MetricFamily, Observe, Series, Summary, SummaryChild, Timer,
    WithExemplar,
};
pub use self::outcome::{Outcome, ToOutcome};
pub use self::query::Delta;
pub use self::registry::{Registry, default_registry};
pub use self::scope::ScopedFuture;

/// Counts the calls of a function.
///
/// Each call adds one, at its entry, to the counter `request_processing_total{interface}`, or to
/// the name given with [`name_counter`]. A call of an async function begins when its future is
/// first polled. The series is exposed as 0 from the start of the program.
///
/// ```
/// use tallymark::counted;
///
/// #[counted(interface = "/deploy")]
/// fn deploy(version: &str) -> Result<(), String> {
///     if version.is_empty() {
///         return Err("which version?".to_owned());
///     }
///     Ok(())
/// }
///
/// deploy("1.4.2")?;
/// deploy("").unwrap_err();
/// let text = tallymark::gather_text();
/// assert!(text.contains(r#"request_processing_total{interface="/deploy"} 2"#));
/// # Ok::<(), String>(())
/// ```
///
/// # Arguments
///
/// All attributes of this crate take the same, but for those that belong to one metric:
///
/// | argument | value | meaning |
/// |---|---|---|
/// | `interface` | a string literal | the value of the label `interface`; without it, the path of the route attribute below (`#[post("/deploy")]`) |
/// | `name` | a metric name | a metric of your own instead of the default one |
/// | `help` | a string literal | the help text of that metric |
/// | `metric` | the path of a static | counts in a static metric with [`metric`](macro@metric), in place of `name` and `help`: `labels` has a value for each of its labels, `interface` and `outcome` among them where it has those (not [`observed`], which has four metrics) |
/// | `labels(…)` | `key = "literal"` or `key = expression`, several | labels of that metric besides `interface`; an expression is evaluated at entry, borrowed, and may be anything that implements `Display` |
/// | `outcome` | | counts how calls end, see below (`counted`) |
/// | `buckets` | `[0.1, 0.5, 1.0]` | the upper bounds of the histogram's buckets in seconds ([`timed`], [`observed`]) |
/// | `objective(…)` | `success = 99.9`, `latency_ms = 250`, `within = 99` | what is promised of the calls, see [there](macro@observed#objectives) ([`observed`]) |
/// | `crate` | a path | this crate, where it has another name |
///
/// ```
/// use tallymark::counted;
///
/// struct Order { app: String }
///
/// #[counted(
///     interface = "/deploy",
///     name = "deploys_total",
///     help = "Deployments started.",
///     labels(env = "prod", app = order.app),
/// )]
/// fn deploy(order: Order) {}
///
/// deploy(Order { app: "web".to_owned() });
/// let line = r#"deploys_total{interface="/deploy",app="web",env="prod"} 1"#;
/// assert!(tallymark::gather_text().contains(line));
/// ```
///
/// ```
/// use tallymark::{Counter, counted};
///
/// #[tallymark::metric]
/// static DEPLOYS: Counter<2> =
///     Counter::new("app_deploys_total", "Deployments started.", ["env", "app"]);
///
/// #[counted(metric = DEPLOYS, labels(app = app, env = "prod"))]
/// fn deploy(app: &str) {}
///
/// deploy("web");
/// DEPLOYS.with(["test", "web"]).inc();
/// let line = r#"app_deploys_total{env="prod",app="web"} 1"#;
/// assert!(tallymark::gather_text().contains(line));
/// ```
///
/// A label that the metric does not have, and one of its labels without a value, are compile errors.
/// The compiler knows the labels by [`metric`](macro@metric): a static without it cannot be named
/// here.
///
/// Functions with the same interface, name and labels share a series. Where two take the same
/// interface from their routes, without having it written, [`check`] says so. Label values that
/// come with the calls are limited in number, see [`limit_series`]; a series with such a label is
/// there from its first call on, and not before.
///
/// # Outcomes
///
/// `#[counted(outcome)]` counts each call once, at its end, in
/// `request_processing_outcomes_total{interface, outcome}`, where [`Outcome`] has the values. They
/// are all there at 0 from the start.
///
/// | what the call came to | outcome |
/// |---|---|
/// | a type that implements [`ToOutcome`], or one in an `Ok` or `Err` | what it says |
/// | `HttpResponse`, and what `-> impl Responder` or `-> Result<impl Responder, …>` answers | by the status: `success` below 300, `redirection`, `client_error`, `server_error` from 500 on |
/// | `Err` of a `ResponseError` or an `actix_web::Error` | by its status |
/// | any other `Err` | `error` |
/// | `None` of what may be a handler (async, without a receiver, borrowing nothing), where actix-web would answer 404 for it | `client_error` |
/// | any other value | `success` |
/// | it unwound (async: in its own poll) | `panicked` |
/// | its future was dropped before it was ready, or its responder unanswered | `cancelled` |
///
/// A concrete type that hides its status until it answers (`Redirect`, `NamedFile`,
/// `CustomizeResponder`, `HttpResponseBuilder`, a bare generic parameter) is `success`: write
/// `-> impl Responder`, and the response is looked at. So is a result within a result or an option.
/// Many errors of the standard library are a `ResponseError` in actix-web (`io::Error`, and
/// `Box<dyn Error>` with status 500); an error that borrows is asked for [`ToOutcome`] only. actix-web finishes a handler after its client has gone unless the server
/// is built with `h1_allow_half_closed(false)`; only then is such a call `cancelled`.
///
/// # Where it may stand
///
/// On any function or method with a body that is not a `const fn`: sync or async, generic or not,
/// free, in an `impl` or a trait, with `#[async_trait]` too. The signature stays as it is. The
/// attributes of this crate stack in any order; put them above the route attribute for its path to
/// be seen, or below it with `interface = …`. A function whose return type is written as
/// `Pin<Box<dyn Future<…>>>`, `BoxFuture<…>`, `LocalBoxFuture<…>` or `impl Future<…>` is measured as its
/// future is, from the first poll; behind another name a future cannot be seen, and the call is over
/// when it is returned. A trait called `Responder` is taken for that of actix-web. `#[track_caller]` keeps
/// its location where the body stays in its place; with outcomes, and on a function that returns a
/// future, it is refused. Two attributes that would count one call twice in one metric are refused.
///
/// # Errors
///
/// Mistakes in the arguments are compile errors at the argument, all of them at once; the function
/// itself stays defined.
pub use tallymark_macros::counted;

/// Counts the calls of a function that are under way.
///
/// They are the gauge `request_processing_in_flight{interface}`, which is back at its value after
/// every call, also after one that panicked or whose future was dropped.
///
/// ```
/// use tallymark::in_flight;
///
/// #[in_flight(interface = "/deploy")]
/// fn deploy() -> String {
///     tallymark::gather_text()
/// }
///
/// assert!(deploy().contains(r#"request_processing_in_flight{interface="/deploy"} 1"#));
/// let after = tallymark::gather_text();
/// assert!(after.contains(r#"request_processing_in_flight{interface="/deploy"} 0"#));
/// ```
///
/// For the arguments and the places where it may stand see [`counted`].
pub use tallymark_macros::in_flight;

/// Has the linker find a static metric, so that it is exposed before it is used.
///
/// Without labels it stands at 0 from the start of the program; with labels, its help and type are
/// there, and each series from the time when it is first counted in. Functions can
/// [count in it](counted#arguments), with its label names checked by the compiler.
///
/// ```
/// use tallymark::{Counter, Gauge};
///
/// #[tallymark::metric]
/// static BACKUPS: Counter = Counter::new("backups_total", "Backups made.", []);
/// #[tallymark::metric]
/// static QUEUED: Gauge<1> = Gauge::new("jobs_queued", "Jobs that wait.", ["queue"]);
///
/// let text = tallymark::gather_text();
/// assert!(text.contains("backups_total 0"));
/// assert!(text.contains("# TYPE jobs_queued gauge"));
/// ```
///
/// It stands on a `static` whose value is a call `new(name, help, [labels])` of [`Counter`],
/// [`Gauge`], [`Histogram`] or [`Summary`], with what may follow it, and the label names as string
/// literals. Beside the static it makes a type of the same name, which carries these names to where
/// functions count in it. The argument `crate = path` says where this crate has another name.
///
/// # Errors
///
/// Names that are not allowed, a blank help, and a label that is there twice are compile errors at
/// the literal.
pub use tallymark_macros::metric;

/// Measures all there is of a call: rate, errors, duration and saturation.
///
/// It counts into the four default metrics at once: `request_processing_total{interface}` as
/// [`counted`] does, `request_processing_outcomes_total{interface, outcome}` as
/// `#[counted(outcome)]`, `request_processing_seconds{interface}` as [`timed`] and
/// `request_processing_in_flight{interface}` as [`in_flight`]. With `name = "x"` they are
/// `x_total`, `x_outcomes_total`, `x_seconds` and `x_in_flight`.
///
/// ```
/// use tallymark::observed;
///
/// #[observed(interface = "/rollback", buckets = [0.1, 1.0])]
/// fn rollback() -> Result<(), &'static str> {
///     Err("nothing to go back to")
/// }
///
/// rollback().unwrap_err();
/// let text = tallymark::gather_text();
/// for line in [
///     r#"request_processing_total{interface="/rollback"} 1"#,
///     r#"request_processing_outcomes_total{interface="/rollback",outcome="error"} 1"#,
///     r#"request_processing_outcomes_total{interface="/rollback",outcome="success"} 0"#,
///     r#"request_processing_seconds_bucket{interface="/rollback",le="0.1"} 1"#,
///     r#"request_processing_seconds_count{interface="/rollback"} 1"#,
///     r#"request_processing_in_flight{interface="/rollback"} 0"#,
/// ] {
///     assert!(text.contains(line), "{line}");
/// }
/// ```
///
/// For the arguments and the places where it may stand see [`counted`].
///
/// # Objectives
///
/// `objective(…)` says what is promised of the calls of the interface, a service-level objective;
/// `success`, `latency_ms` or both are in it. Dashboards and alerts are made of it, by
/// `tallymark::dashboards` with the feature `dashboards`.
///
/// | argument | meaning |
/// |---|---|
/// | `success = 99.9` | so many percent of the calls that ended did so without an error of the service |
/// | `latency_ms = 250` | how many milliseconds a call may take |
/// | `within = 99` | so many percent of the calls that ended took no longer than that; 99 unless given |
///
/// They are number literals. Percentages are above 0 and below 100, since 100 would leave no room for
/// a single error. Errors of the service are the outcomes `server_error`, `error` and `panicked`;
/// `client_error`, `redirection` and `cancelled` are not, though they are among the calls that ended.
///
/// The latency, in seconds, becomes one of the buckets, those of `buckets = […]` or the standard ones,
/// unless it is there: how many calls were fast enough is then counted and not estimated. Functions
/// with the same interface, name and labels have the same buckets, and so where one has a latency that
/// is not among them, it has to be the objective of all.
///
/// ```
/// use tallymark::observed;
///
/// #[observed(interface = "/promote", objective(success = 99.9, latency_ms = 300))]
/// fn promote() {}
///
/// promote();
/// let line = r#"request_processing_seconds_bucket{interface="/promote",le="0.3"} 1"#;
/// assert!(tallymark::gather_text().contains(line));
/// ```
///
/// # Errors
///
/// Mistakes are compile errors, as in [`counted`]. Two functions of the same interface and metric with
/// different objectives are found by [`check`]; without it the first (by file, line and column) holds.
pub use tallymark_macros::observed;

/// Measures how long the calls of a function take.
///
/// The seconds from entry to end, all awaits included, are observed in the histogram
/// `request_processing_seconds{interface}`, however the call ends. The buckets are those of
/// Prometheus's client libraries, from 5 ms to 10 s, unless `buckets = […]` gives others.
///
/// ```
/// use tallymark::timed;
///
/// #[timed(interface = "/deploy", buckets = [0.05, 0.5, 5.0])]
/// fn deploy() {}
///
/// deploy();
/// let line = r#"request_processing_seconds_bucket{interface="/deploy",le="0.5"} 1"#;
/// assert!(tallymark::gather_text().contains(line));
/// ```
///
/// For the arguments and the places where it may stand see [`counted`].
pub use tallymark_macros::timed;

/// Everything that the [default registry](default_registry()) exposes, in the text format.
///
/// See [`Registry::gather_text`].
#[must_use]
pub fn gather_text() -> String {
    default_registry().gather_text()
}

/// Gives the counter of [`counted`] in the [default registry](default_registry()) a name and a help
/// text of the service's own.
///
/// One line at the start of the program; see [`Registry::name_counter`].
///
/// ```
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     tallymark::name_counter("request_processing_counter", "Calls of our interfaces.")?;
///     // … start the server
///     Ok(())
/// }
/// ```
///
/// # Errors
///
/// A [`StartError`] for a bad name or help text, for annotated functions that contradict each
/// other, and when the registry has already been read.
pub fn name_counter(name: &str, help: &str) -> Result<(), StartError> {
    registry::name_counter(name, help)
}

/// Checks that no annotated functions and metrics in the program contradict each other.
///
/// See [`Registry::check`].
///
/// # Errors
///
/// [`StartError::Contradictions`], with both source lines of each.
pub fn check() -> Result<(), StartError> {
    default_registry().check()
}
