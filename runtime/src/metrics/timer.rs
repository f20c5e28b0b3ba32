use crate::clock::Moment;

/// What values can be observed in: a series of a histogram or of a summary.
pub trait Observe {
    /// Counts a value.
    fn observe(&self, value: f64);
}

impl<O: Observe> Observe for &O {
    #[inline]
    fn observe(&self, value: f64) {
        (**self).observe(value);
    }
}

/// A time that is being measured, and observed in seconds when this is dropped.
///
/// ```
/// use tallymark::Histogram;
///
/// #[tallymark::metric]
/// static STEPS: Histogram<1> = Histogram::new("step_seconds", "Time of a step.", ["step"]);
///
/// let timer = STEPS.with(["copy"]).timer();
/// // … copy
/// let seconds = timer.observe();
/// assert!(seconds >= 0.0);
///
/// let timer = STEPS.with(["check"]).timer();
/// // … nothing was there to be checked
/// timer.discard();
/// ```
#[derive(Debug)]
#[must_use = "the time is measured until this is dropped"]
pub struct Timer<O: Observe> {
    series: Option<O>,
    start: Moment,
}

impl<O: Observe> Timer<O> {
    #[inline]
    pub(super) fn new(series: O) -> Self {
        Self { series: Some(series), start: Moment::now() }
    }

    /// The seconds so far.
    #[must_use]
    #[inline]
    pub fn seconds(&self) -> f64 {
        self.start.seconds()
    }

    /// Observes the time now, and says how many seconds it was.
    pub fn observe(mut self) -> f64 {
        let seconds = self.seconds();
        if let Some(series) = self.series.take() {
            series.observe(seconds);
        }
        seconds
    }

    /// Observes nothing.
    pub fn discard(mut self) {
        self.series = None;
    }
}

impl<O: Observe> Drop for Timer<O> {
    #[inline]
    fn drop(&mut self) {
        if let Some(series) = &self.series {
            series.observe(self.seconds());
        }
    }
}
