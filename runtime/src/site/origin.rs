use std::panic::Location;

use super::objective::Objective;

/// What the names of the default metrics begin with.
pub(crate) const PREFIX: &str = "request_processing";

/// What an attribute says, and where it stands.
#[derive(Debug)]
pub struct Origin {
    pub(crate) interface: &'static str,
    /// Whether the interface is a route's path and not the user's own word.
    pub(crate) inferred: bool,
    pub(crate) location: &'static Location<'static>,
    pub(crate) named: Option<Named>,
    pub(crate) objective: Option<Objective>,
}

/// A metric of the user's own.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) help: Option<&'static str>,
    pub(crate) labels: &'static [Label],
}

/// The name of a label, and its value unless each call gives one.
pub(crate) type Label = (&'static str, Option<&'static str>);

impl Origin {
    /// Counts an interface in the default metrics, located where the attribute stands.
    #[must_use]
    #[track_caller]
    pub const fn new(interface: &'static str) -> Self {
        Self {
            interface,
            inferred: false,
            location: Location::caller(),
            named: None,
            objective: None,
        }
    }

    /// The interface is a route's path.
    #[must_use]
    pub const fn inferred(mut self) -> Self {
        self.inferred = true;
        self
    }

    /// Counts in a metric of the user's own, with labels besides the interface.
    #[must_use]
    pub const fn named(
        mut self,
        name: &'static str,
        help: Option<&'static str>,
        labels: &'static [Label],
    ) -> Self {
        self.named = Some(Named { name, help, labels });
        self
    }

    /// Something is promised of the calls.
    #[must_use]
    pub const fn objective(mut self, objective: Objective) -> Self {
        self.objective = Some(objective);
        self
    }

    pub(crate) fn labels(&self) -> &'static [Label] {
        self.named.as_ref().map_or(&[], |named| named.labels)
    }
}
