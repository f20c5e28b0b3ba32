use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::{counts_at_once, located, private, text};
use crate::args::LabelValue;
use crate::attribute::Attribute;
use crate::spec::Spec;
use crate::target::{Given, Metric};

/// The series of this call, in a static of the user's, or the call counted in it. That the labels given are those that the
/// static has is for the compiler to check, which alone sees both.
///
/// Nothing here has a name that the path or an expression could mean instead of its own.
pub(super) fn handle(spec: &Spec, metric: &Metric) -> TokenStream {
    let at = Span::mixed_site();
    let p = private(spec);
    let Metric { path, given } = metric;
    let names: Vec<&str> = given.iter().map(|label| &*label.name).collect();
    let known = given.iter().map(|label| known(spec, metric, label));
    let all = {
        let at = at.located_at(path.segments.last().span());
        let p = located(p.clone(), at);
        quote_spanned! {at=>
            const _: () = #p::all_labels(<#path as #p::LabelNames>::NAMES, &[#(#names),*]);
        }
    };
    let values = given.iter().filter_map(|label| match label.value.as_ref()? {
        LabelValue::Literal(value) => Some(quote_spanned!(at=> #p::Cow::Borrowed(#value))),
        LabelValue::Expression(expression) => Some(text::displayed(spec, expression)),
    });
    let scope = given
        .iter()
        .any(|label| matches!(label.value, Some(LabelValue::Expression(_))))
        .then(|| text::scope(spec));
    let function = match spec.attribute {
        Attribute::Counted if spec.outcome => quote_spanned!(at=> outcomes_metric),
        Attribute::Counted if counts_at_once(spec) => quote_spanned!(at=> count_metric),
        // `#[observed]` takes no `metric`.
        Attribute::Counted | Attribute::Observed => quote_spanned!(at=> counted_metric),
        Attribute::Timed => quote_spanned!(at=> timed_metric),
        Attribute::InFlight => quote_spanned!(at=> in_flight_metric),
    };
    // The user's own, for the compiler to find the static itself wrong and not the whole attribute.
    let reference = quote_spanned!(path.span()=> &);
    quote_spanned! {at=> {
        #(#known)*
        #all
        #scope
        #p::#function(
            #reference #path,
            &const { #p::order(<#path as #p::LabelNames>::NAMES, &[#(#names),*]) },
            &[#(#values),*]
        )
    }}
}

/// Checks that the static has the label, with what the compiler says of it located at the label.
fn known(spec: &Spec, metric: &Metric, label: &Given) -> TokenStream {
    let at = Span::mixed_site().located_at(label.span);
    let p = located(private(spec), at);
    let path = &metric.path;
    let name = &label.name;
    quote_spanned! {at=>
        const _: () = #p::known_label(<#path as #p::LabelNames>::NAMES, #name);
    }
}
