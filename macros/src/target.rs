use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{LitStr, Path};

use crate::args::{Args, Label, LabelValue};
use crate::objective::{Objective, Promised};

/// What the calls are counted in.
pub(crate) enum Target {
    /// The function's own place in a metric.
    Site(Site),
    /// A static that is a metric.
    Metric(Metric),
}

pub(crate) struct Site {
    pub(crate) interface: LitStr,
    /// Whether the interface is a route's path and not the user's own word.
    pub(crate) inferred: bool,
    pub(crate) named: Option<Named>,
    pub(crate) buckets: Option<Vec<f64>>,
    pub(crate) promised: Option<Promised>,
}

/// A metric of the user's own.
pub(crate) struct Named {
    pub(crate) name: LitStr,
    pub(crate) help: Option<LitStr>,
    /// In the order of their names, so that two sites can agree.
    pub(crate) labels: Vec<Label>,
}

pub(crate) struct Metric {
    /// That of the static, and of the type beside it that knows the label names.
    pub(crate) path: Path,
    /// The outcome, if it is there, is the last.
    pub(crate) given: Vec<Given>,
}

/// A label of a metric that gets its value here.
pub(crate) struct Given {
    pub(crate) name: String,
    /// Where the label was asked for.
    pub(crate) span: Span,
    /// None for the outcome, which is known at the end of the call.
    pub(crate) value: Option<LabelValue>,
}

impl Target {
    /// The target of arguments in which every rule holds.
    pub(crate) fn of(args: Args, interface: Option<LitStr>, inferred: bool) -> Option<Self> {
        let mut labels = args.labels.map_or_else(Vec::new, |labels| labels.labels);
        labels.sort_by_key(|label| label.name.unraw());
        if let Some(path) = args.metric {
            return Some(Self::Metric(Metric {
                path,
                given: given(interface, labels, args.outcome),
            }));
        }
        Some(Self::Site(Site {
            interface: interface?,
            inferred,
            named: args.name.map(|name| Named { name, help: args.help, labels }),
            buckets: args
                .buckets
                .map(|buckets| buckets.bounds.iter().map(|bound| bound.value).collect()),
            promised: args.objective.map(Objective::promised),
        }))
    }
}

fn given(interface: Option<LitStr>, labels: Vec<Label>, outcome: Option<Span>) -> Vec<Given> {
    let interface = interface.map(|interface| Given {
        name: "interface".to_owned(),
        span: interface.span(),
        value: Some(LabelValue::Literal(interface.value())),
    });
    let labels = labels.into_iter().map(|label| Given {
        name: label.name.unraw().to_string(),
        span: label.name.span(),
        value: Some(label.value),
    });
    let outcome = outcome.map(|span| Given { name: "outcome".to_owned(), span, value: None });
    interface.into_iter().chain(labels).chain(outcome).collect()
}
