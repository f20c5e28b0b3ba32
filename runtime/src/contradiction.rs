use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use crate::kind::Kind;
use crate::site::Objective;

/// What one annotated place or static says of a metric, its name and help being those that are exposed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) help: String,
    pub(crate) kind: Kind,
    pub(crate) label_names: Vec<Cow<'static, str>>,
    pub(crate) bounds: Vec<f64>,
    pub(crate) location: &'static Location<'static>,
}

impl Declaration {
    /// Whether two of one name can stand in one metric family.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        (self.kind, &self.help, &self.label_names) == (other.kind, &other.help, &other.label_names)
    }
}

impl fmt::Display for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { help, kind, location, .. } = self;
        let labels = self.label_names.join(", ");
        write!(f, "{location} says {kind} with the labels [{labels}] and the help {help:?}")?;
        if self.bounds.is_empty() {
            Ok(())
        } else {
            write!(f, " and the buckets {:?}", self.bounds)
        }
    }
}

/// Two annotated places that cannot both be meant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Contradiction {
    /// They describe one metric in two ways.
    Description { kept: Declaration, left_out: Declaration },
    /// One has a sample that is called as the other is: `x_count` belongs to the histogram `x`.
    Sample { sample: String, kept: Declaration, left_out: Declaration },
    /// They are called by the same route, which one of them may have under a prefix: nobody said
    /// that they are to share a series.
    Inference {
        interface: &'static str,
        first: &'static Location<'static>,
        second: &'static Location<'static>,
    },
    /// They promise different things of one interface in one metric.
    Promise { interface: &'static str, kept: Promise, left_out: Promise },
}

/// What one annotated place promises.
pub(crate) type Promise = (&'static Location<'static>, Objective);

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Description { kept, left_out } => write!(
                f,
                "the metric `{}` is described in two ways: {kept}; {left_out}; make the two \
                 agree, or give one of them another name",
                kept.name
            ),
            Self::Sample { sample, kept, left_out } => write!(
                f,
                "the name `{sample}` is taken twice: by the {} `{}` at {} and the {} `{}` at {}; \
                 give one of them another name",
                kept.kind,
                kept.name,
                kept.location,
                left_out.kind,
                left_out.name,
                left_out.location
            ),
            Self::Inference { interface, first, second } => write!(
                f,
                "{first} and {second} both take the interface {interface:?} from their routes, so \
                 their calls are in one series; write `interface = \"…\"` at both, two different \
                 ones or the same on purpose"
            ),
            Self::Promise { interface, kept, left_out } => write!(
                f,
                "two things are promised of the interface {interface:?}: {} says {} and {} says {}; \
                 give both the same objective, or one of them none",
                kept.0, kept.1, left_out.0, left_out.1
            ),
        }
    }
}

/// Annotated functions and metrics that cannot all be meant as they stand; each pair is named with
/// both source lines.
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
