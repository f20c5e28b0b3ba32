use super::meta::Meta;
use super::timer::Observe;
use crate::labelled::Handle;

/// One series of a family, named by its label values: what `with` gives, to count in it.
///
/// It looks the series up each time. A child that is kept, as
/// [`Counter::child`](crate::Counter::child) gives it, does not have to.
#[derive(Debug)]
#[must_use = "it names a series, and counts nothing by itself"]
pub struct Series<'a, M, V, const N: usize> {
    pub(super) metric: &'a M,
    pub(super) values: [V; N],
}

/// A series that was looked up for one observation.
pub(super) struct Found<'a, F> {
    pub(super) meta: &'a Meta,
    pub(super) handle: Handle,
    /// Observes a value in it.
    pub(super) observe: F,
}

impl<F: Fn(&Meta, &Handle, f64)> Observe for Found<'_, F> {
    #[inline]
    fn observe(&self, value: f64) {
        (self.observe)(self.meta, &self.handle, value);
    }
}
