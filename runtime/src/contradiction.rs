use std::fmt;
use std::panic::Location;

use crate::metric::Kind;

/// What one site says of its metric, its name and help being those that are exposed.
#[derive(Clone, Debug)]
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) kind: Kind,
    pub(crate) label_names: &'static [&'static str],
    pub(crate) location: &'static Location<'static>,
}

impl Declaration {
    /// Whether two sites of one name can stand in one metric family.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        (self.kind, &self.help, self.label_names) == (other.kind, &other.help, other.label_names)
    }
}

impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} says {} with the labels [{}] and the help {:?}",
            self.location,
            self.kind,
            self.label_names.join(", "),
            self.help
        )
    }
}

/// Two annotated places that describe one metric name in two ways.
#[derive(Clone, Debug)]
pub(crate) struct Contradiction {
    pub(crate) kept: Declaration,
    pub(crate) left_out: Declaration,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kept, left_out } = self;
        write!(
            f,
            "the metric `{}` is described in two ways: {kept}; {left_out}; make the two agree, or \
             give one of them another name",
            kept.name
        )
    }
}

/// Annotated functions that describe one metric name in two ways; each pair is named with both
/// source lines.
#[derive(Clone, Debug)]
pub struct Contradictions(pub(crate) Vec<Contradiction>);

impl fmt::Display for Contradictions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, contradiction) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            contradiction.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Contradictions {}
