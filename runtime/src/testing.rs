//! How to test that a service counts what it should. This module has no items; it is a page.
//!
//! # What a test asserts on
//!
//! [`Registry::counter_value`] and [`Registry::value`] read single samples by name and labels, in the
//! names that Prometheus sees: `…_count` and `…_sum` of a histogram are samples of their own.
//! Labels may be given in any order, and all of them have to be.
//!
//! # Code with annotated functions and static metrics
//!
//! These count for the whole process, and tests of one program run in one process, at once. Each
//! makes a registry of its own, to which goes what its thread counts in a
//! [`scope`](crate::Registry::scope):
//!
//! ```
//! use tallymark::{Counter, Registry, counted};
//!
//! #[tallymark::metric]
//! static ROWS: Counter<1> = Counter::new("rows_total", "Rows written.", ["table"]);
//!
//! #[counted(interface = "/orders")]
//! fn order() {
//!     ROWS.with(["orders"]).inc_by(3);
//! }
//!
//! // In a #[test]:
//! let registry = Registry::isolated();
//! registry.scope(|| order());
//! assert_eq!(registry.counter_value("rows_total", &[("table", "orders")]), Some(3));
//! let calls = registry
//!     .counter_value("request_processing_total", &[("interface", "/orders")]);
//! assert_eq!(calls, Some(1));
//!
//! // Nobody else sees it, and it sees nobody else.
//! let other = Registry::isolated();
//! assert_eq!(other.counter_value("rows_total", &[("table", "orders")]), None);
//! ```
//!
//! The code under test is the code that is shipped: the way of an increment is the same, in a scope
//! and outside. What a registry of tests has are all annotated functions and
//! metrics of the program, at 0 in the beginning; a series with labels of its own is there once it
//! is counted in. Label values count against the limit of the process, though, since there is one
//! list of them, and so is there one of the values that metrics refused.
//!
//! # Async code
//!
//! [`Registry::scope_async`] has a future polled in the scope, on whichever threads that happens:
//!
//! ```
//! use tallymark::{Registry, counted};
//!
//! #[counted(interface = "/deploy", outcome)]
//! async fn deploy(version: &str) -> Result<(), &'static str> {
//!     if version.is_empty() { Err("which version?") } else { Ok(()) }
//! }
//!
//! # actix_web::rt::System::new().block_on(async {
//! let registry = Registry::isolated();
//! let _ = registry.scope_async(deploy("")).await;
//! let labels = [("interface", "/deploy"), ("outcome", "error")];
//! let failed = registry.counter_value("request_processing_outcomes_total", &labels);
//! assert_eq!(failed, Some(1));
//! # });
//! ```
//!
//! # Other threads
//!
//! A scope is the thread's. What a thread counts that is started in it, a task that is spawned on a
//! runtime, and a pool's workers count for the process, as without a scope. Where the code under
//! test starts threads or tasks, put the work in the scope there too (a [`Registry`] is a handle,
//! and can be cloned), or assert on what the process counted in the meantime, with a
//! [`delta`](crate::Registry::delta):
//!
//! ```
//! use tallymark::{counted, default_registry};
//!
//! #[counted(interface = "/from a thread")]
//! fn work() {}
//!
//! let delta = default_registry().delta();
//! std::thread::spawn(work).join().expect("no panic");
//! let labels = [("interface", "/from a thread")];
//! assert_eq!(delta.counter_value("request_processing_total", &labels), 1);
//! ```
//!
//! Of two tests that do so at once each sees what the other counts: let them differ in a label.
//! A call that began in a scope and ends outside is under way where it began, and back there when it
//! ends; its other counts are where they are made.
//!
//! # Libraries
//!
//! A library that must not count in its user's program unasked makes its metrics at run time, with
//! [`Counter::owned`], [`Gauge::owned`], [`Histogram::owned`] and [`Summary::owned`]: they belong to
//! whoever holds them, are exposed by the registries in which they are
//! [registered](crate::Registry::register), and are gone with their owner. Each test has its own.
//!
//! [`Counter::owned`]: crate::Counter::owned
//! [`Gauge::owned`]: crate::Gauge::owned
//! [`Histogram::owned`]: crate::Histogram::owned
//! [`Summary::owned`]: crate::Summary::owned
//! [`Registry`]: crate::Registry
//! [`Registry::counter_value`]: crate::Registry::counter_value
//! [`Registry::value`]: crate::Registry::value
//! [`Registry::scope_async`]: crate::Registry::scope_async
