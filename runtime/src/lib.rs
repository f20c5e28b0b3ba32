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
//! - [`counted`] is the attribute.
//! - [`actix::metrics`] is the endpoint for actix-web; [`gather_text`] is the same text for any
//!   other server, which answers it as [`TEXT_CONTENT_TYPE`].
//! - [`name_counter`] gives the counter a name of the service's own, and [`check`] finds
//!   annotations that contradict each other; either is one line at the start of the program.
//! - [`Registry`] is the set of all that is exposed. The [default one](default_registry) includes
//!   the default registry of the [`prometheus`] crate.
//!
//! # Annotated functions in library crates
//!
//! Annotated functions are found when the program is linked, which is why they are all exposed
//! before their first call. A linker may leave out a library crate from which the program uses
//! nothing at all, and then its annotated functions are not there either: naming one item of that
//! crate anywhere brings them back.
//!
//! # Features
//!
//! - `actix` (on by default): [`actix`], the endpoint for actix-web 4.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "actix")]
pub mod actix;
mod catalog;
mod collector;
mod contradiction;
mod error;
mod exposition;
mod included;
mod link;
mod metric;
mod model;
mod naming;
mod registry;
mod site;
mod snapshot;

pub use prometheus;

pub use self::contradiction::Contradictions;
pub use self::error::StartError;
pub use self::exposition::TEXT_CONTENT_TYPE;
pub use self::registry::{Registry, default_registry};

/// Counts the calls of a function.
///
/// Each call adds one, at its entry, to the counter `request_processing_total` (or the name given
/// with [`name_counter`]), in the series with the label `interface`. The series is exposed as 0
/// from the start of the program. A call of an `async fn` begins when its future is first polled.
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
/// | argument | value | meaning |
/// |---|---|---|
/// | `interface` | a string literal that is not empty | the value of the label `interface`; functions with the same value share a series |
///
/// # Where it may stand
///
/// On any function or method with a body that is not a `const fn`: sync or async, generic or not,
/// free, in an `impl` or a trait. The signature stays as it is and the body too, with one statement
/// in front of it. It works above and below the route attributes of actix-web.
///
/// # Errors
///
/// Mistakes in the arguments are compile errors at the argument, all of them at once; the function
/// itself stays defined.
pub use tallymark_macros::counted;

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
    default_registry().name_counter(name, help)
}

/// Checks that no annotated functions in the program contradict each other.
///
/// See [`Registry::check`].
///
/// # Errors
///
/// [`StartError::Contradictions`], with both source lines of each.
pub fn check() -> Result<(), StartError> {
    default_registry().check()
}
