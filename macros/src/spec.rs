use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use syn::LitStr;
use syn::ext::IdentExt;

use crate::args::{Args, Buckets, Labels};
use crate::attribute::Attribute;
use crate::errors::Errors;
use crate::function::Function;
use crate::names::{label_name_error, metric_name_error};
use crate::output::{Output, Shape};
use crate::route;
use crate::target::Target;

/// One use of an attribute in which every rule holds.
pub(crate) struct Spec {
    pub(crate) attribute: Attribute,
    /// The path to `tallymark`.
    pub(crate) krate: TokenStream,
    pub(crate) target: Target,
    /// Whether the way that a call ends is counted.
    pub(crate) outcome: bool,
    pub(crate) output: Output,
    pub(crate) function: Function,
}

impl Spec {
    /// Checks what was read; gives back the errors, those of reading included, unless there are
    /// none.
    pub(crate) fn validate(
        attribute: Attribute,
        mut args: Args,
        function: Option<Function>,
        mut errors: Errors,
    ) -> Result<Self, Errors> {
        let inferred = args.interface.is_none();
        let interface = interface(attribute, &mut args, function.as_ref(), &mut errors);
        check_named(attribute, &args, &mut errors);
        if let Some(labels) = &args.labels {
            check_labels(labels, args.metric.is_some(), &mut errors);
        }
        if let Some(buckets) = &args.buckets {
            check_buckets(buckets, &mut errors);
        }
        if let Some(objective) = &args.objective {
            objective.check(&mut errors);
        }
        let outcome = args.outcome.is_some() || attribute == Attribute::Observed;
        let output = function.as_ref().map(|function| Output::of(function.output.clone()));
        if let (Some(function), Some(output)) = (&function, &output) {
            check_caller(attribute, outcome, function, output.shape, &mut errors);
            if args.name.is_none() && args.metric.is_none() {
                check_stack(attribute, outcome, function, &mut errors);
            }
        }
        let krate = args.krate.take().unwrap_or_else(|| quote::quote!(::tallymark));
        match (Target::of(args, interface, inferred), function, output) {
            (Some(target), Some(function), Some(output)) if errors.len() == 0 => {
                Ok(Self { attribute, krate, target, outcome, output, function })
            }
            _ => Err(errors),
        }
    }
}

/// The interface as it is given, or that of the one route below; a static need not have one.
fn interface(
    attribute: Attribute,
    args: &mut Args,
    function: Option<&Function>,
    errors: &mut Errors,
) -> Option<LitStr> {
    let shown = attribute.shown();
    if let Some(interface) = args.interface.take() {
        if interface.value().trim().is_empty() {
            errors.push_at(
                interface.span(),
                "the interface is empty; name what is measured, as in `interface = \"/deploy\"`",
            );
        }
        return Some(interface);
    }
    if args.metric.is_some() {
        return None;
    }
    let mut paths = route::paths(&function?.attributes);
    let message = match (paths.len(), paths.first().map(LitStr::value)) {
        (1, Some(path)) if !path.is_empty() => return paths.pop(),
        (1, _) => "the route's path is empty, and an interface cannot be; write \
                   `interface = \"…\"`"
            .to_owned(),
        (0, _) if args.garbled => return None,
        (0, _) => format!(
            "which interface is measured? no route with a path stands below; write \
             `interface = \"/deploy\"`, or put `{shown}` above the route"
        ),
        _ => "which interface is measured? several routes stand below; write \
              `interface = \"…\"`"
            .to_owned(),
    };
    errors.push_at(Span::call_site(), &message);
    None
}

fn check_named(attribute: Attribute, args: &Args, errors: &mut Errors) {
    if let Some(name) = &args.name
        && let Some(problem) = metric_name_error(&name.value())
    {
        errors.push_at(name.span(), &problem);
    }
    if let Some(help) = &args.help
        && help.value().trim().is_empty()
    {
        errors.push_at(help.span(), "the help is empty; say in a few words what is measured");
    }
    if args.metric.is_some() {
        check_metric(args, errors);
        return;
    }
    if args.name.is_some() || args.name_garbled {
        return;
    }
    let shown = attribute.shown();
    if let Some(help) = &args.help {
        let message = format!(
            "the default metric of `{shown}` has its own help; give yours to a metric of your own, \
             with `name = \"…\"`"
        );
        errors.push_at(help.span(), &message);
    }
    if let Some(labels) = &args.labels {
        let message = format!(
            "the default metric of `{shown}` has fixed labels; give yours to a metric of your own, \
             with `name = \"…\"`"
        );
        errors.push_at(labels.span, &message);
    }
}

/// Refuses what a static has already.
fn check_metric(args: &Args, errors: &mut Errors) {
    if let Some(name) = &args.name {
        let message = "the static of `metric` has its own name; leave `name` out, or leave `metric` \
                       out for a metric of the function's own";
        errors.push_at(name.span(), message);
    }
    if let Some(help) = &args.help {
        errors.push_at(help.span(), "the static of `metric` has its own help; leave `help` out");
    }
    if let Some(buckets) = &args.buckets {
        let message = "the static of `metric` has its own buckets; leave `buckets` out, and give \
                       them to the static, as in `Histogram::new(…).buckets(&[0.1, 1.0])`";
        errors.push_at(buckets.span, message);
    }
}

fn check_labels(labels: &Labels, of_static: bool, errors: &mut Errors) {
    let mut known = BTreeSet::new();
    for label in &labels.labels {
        let name = label.name.unraw().to_string();
        let problem = match &*name {
            "interface" if of_static => Some(
                "the label `interface` is set by `interface = \"…\"`; write it there".to_owned(),
            ),
            "interface" => Some("the label `interface` is there already; leave it out".to_owned()),
            "outcome" => Some("the label `outcome` is set by `outcome`; leave it out".to_owned()),
            _ => label_name_error(&name),
        };
        if let Some(problem) = problem {
            errors.push_at(label.name.span(), &problem);
        } else if !known.insert(name.clone()) {
            let message = format!("the label `{name}` is given twice; keep one of the two");
            errors.push_at(label.name.span(), &message);
        }
    }
}

fn check_buckets(buckets: &Buckets, errors: &mut Errors) {
    if buckets.bounds.is_empty() {
        let wanted =
            "there is no bucket; give bounds in seconds, as in `buckets = [0.1, 0.5, 1.0]`";
        errors.push_at(buckets.span, wanted);
    }
    let mut last = None;
    for bound in &buckets.bounds {
        if !bound.value.is_finite() {
            let message = "a bucket's bound is finite; the infinite bucket is there by itself";
            errors.push_at(bound.span, message);
        } else if last.is_some_and(|last| bound.value <= last) {
            errors.push_at(bound.span, "buckets rise: this bound is not above the one before it");
        }
        last = Some(bound.value);
    }
}

/// Where the body moves into a closure, `#[track_caller]` would show the closure's caller: us.
fn check_caller(
    attribute: Attribute,
    outcome: bool,
    function: &Function,
    shape: Shape,
    errors: &mut Errors,
) {
    let Some(tracked) = function.attributes.iter().find(|other| other.name == "track_caller")
    else {
        return;
    };
    let shown = attribute.shown();
    let message = match shape {
        Shape::Never | Shape::Opaque => return,
        shape if shape.is_future() => format!(
            "`{shown}` cannot keep the caller's location of this function, whose future it \
             measures; remove `#[track_caller]`, or measure the function that calls it"
        ),
        _ if outcome => format!(
            "`{shown}` cannot keep the caller's location of this function: it looks at what the \
             body returns; remove `#[track_caller]`, or count with `#[counted]` without `outcome`"
        ),
        _ => return,
    };
    errors.push_at(tracked.name.span(), &message);
}

/// Refuses a second attribute below that would count each call once more in the same metric.
fn check_stack(attribute: Attribute, outcome: bool, function: &Function, errors: &mut Errors) {
    for other in &function.attributes {
        let Some(below) = Attribute::called(&other.name) else { continue };
        let words = other.arguments.clone().into_iter().map(|token| token.to_string());
        let words: BTreeSet<String> = words.collect();
        // A metric of its own.
        if words.contains("name") || words.contains("metric") {
            continue;
        }
        let above = attribute.metrics(outcome);
        let below_outcome = words.contains("outcome");
        if above.iter().zip(below.metrics(below_outcome)).any(|(above, below)| *above && below) {
            let message = format!(
                "`{}` counts into a metric that `{}` above it counts into as well, so each call \
                 would count twice; remove one of the two, or give one a `name`",
                below.shown(),
                attribute.shown()
            );
            errors.push_at(other.name.span(), &message);
        }
    }
}
