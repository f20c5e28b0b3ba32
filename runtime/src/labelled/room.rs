use super::series_limit;

/// Where there is room for series, or is not.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Room<'a> {
    /// Shared by all annotated places of the metric; each child takes so much of it.
    Metric(&'a str, usize),
    /// For so many children, or as many as are the rule.
    Own(Option<usize>),
}

impl Room<'_> {
    pub(crate) fn limit(self) -> usize {
        match self {
            Self::Own(Some(limit)) => limit.min(series_limit::NEVER - 1),
            Self::Own(None) | Self::Metric(..) => series_limit::limit(),
        }
    }

    /// Whether there is room for another child beside so many; if so, it is taken.
    pub(super) fn take(self, children: usize, limit: usize) -> bool {
        match self {
            Self::Metric(metric, series) => series_limit::take(metric, series, limit),
            Self::Own(_) => children < limit,
        }
    }

    pub(super) fn give_back(self) {
        if let Self::Metric(metric, series) = self {
            series_limit::give_back(metric, series);
        }
    }
}
