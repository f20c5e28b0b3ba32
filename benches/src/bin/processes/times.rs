use std::fmt;

/// What several turns took, in the unit of the table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn add(&mut self, took: f64) {
        let at = self.0.partition_point(|other| *other < took);
        self.0.insert(at, took);
    }

    pub(crate) fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    pub(crate) fn least(&self) -> f64 {
        self.0[0]
    }
}

/// The median and the least of them, with four digits behind the point unless others are asked for.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(4);
        write!(f, "{:.digits$} ({:.digits$})", self.median(), self.least())
    }
}
