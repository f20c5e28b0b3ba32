use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{counts_at_once, private, text};
use crate::args::{Label, LabelValue};
use crate::attribute::Attribute;
use crate::objective::Promised;
use crate::spec::Spec;
use crate::target::Site;

/// `let site = …;`: the static that the linker finds. It is not generic even where the function
/// is: all instances of the function share it.
pub(super) fn site(spec: &Spec, site: &Site) -> TokenStream {
    let at = Span::mixed_site();
    let p = private(spec);
    let interface = &site.interface;
    let inferred = site.inferred.then(|| quote_spanned!(at=> .inferred()));
    let named = site.named.as_ref().map(|named| {
        let name = &named.name;
        let help = named.help.as_ref().map_or_else(
            || quote_spanned!(at=> p::None),
            |help| quote_spanned!(at=> p::Some(#help)),
        );
        let labels = named.labels.iter().map(|label| {
            let name = syn::ext::IdentExt::unraw(&label.name).to_string();
            match &label.value {
                LabelValue::Literal(value) => quote_spanned!(at=> (#name, p::Some(#value))),
                LabelValue::Expression(_) => quote_spanned!(at=> (#name, p::None)),
            }
        });
        quote_spanned!(at=> .named(#name, #help, &[#(#labels),*]))
    });
    let objective = site.promised.as_ref().map(objective);
    let (bounds, count) = seconds(site);
    let (kind, cells) = match spec.attribute {
        Attribute::Counted if spec.outcome => {
            (quote_spanned!(at=> p::Outcomes), quote_spanned!(at=> p::Outcomes::new()))
        }
        Attribute::Counted => (quote_spanned!(at=> p::Calls), quote_spanned!(at=> p::Calls::new())),
        Attribute::Timed => (quote_spanned!(at=> p::Seconds<#count>), bounds),
        Attribute::InFlight => {
            (quote_spanned!(at=> p::InFlight), quote_spanned!(at=> p::InFlight::new()))
        }
        Attribute::Observed => (
            quote_spanned!(at=> p::Observed<#count>),
            quote_spanned!(at=> p::Observed::new(#bounds)),
        ),
    };
    let site = if has_expressions(site) {
        quote_spanned!(at=> p::Labelled)
    } else {
        quote_spanned!(at=> p::Site)
    };
    quote_spanned! {at=>
        let __tallymark_site = {
            use #p as p;
            static SITE: #site<#kind> =
                #site::new(p::Origin::new(#interface) #inferred #named #objective, #cells);
            p::link!(SITE);
            &SITE
        };
    }
}

fn objective(promised: &Promised) -> TokenStream {
    let at = Span::mixed_site();
    let success = promised.success.map(|percent| quote_spanned!(at=> .success(#percent)));
    let latency =
        promised.latency.map(|(seconds, within)| quote_spanned!(at=> .latency(#seconds, #within)));
    quote_spanned!(at=> .objective(p::Objective::new() #success #latency))
}

/// What the seconds are counted in, and how many bounds it has. The standard ones are known to the
/// runtime alone, and so it is the runtime that finds a place for one more.
fn seconds(site: &Site) -> (TokenStream, TokenStream) {
    let at = Span::mixed_site();
    let latency = site.promised.as_ref().and_then(|promised| promised.latency);
    match (&site.buckets, latency) {
        (Some(bounds), None) => {
            let count = bounds.len();
            (quote_spanned!(at=> p::Seconds::new([#(#bounds),*])), quote_spanned!(at=> #count))
        }
        (None, None) => (quote_spanned!(at=> p::Seconds::standard()), quote_spanned!(at=> 11usize)),
        (bounds, Some((latency, _))) => {
            let bounds = bounds.as_ref().map_or_else(
                || quote_spanned!(at=> p::STANDARD),
                |bounds| quote_spanned!(at=> [#(#bounds),*]),
            );
            let with = quote_spanned!(at=> (&#bounds, #latency));
            (
                quote_spanned!(at=> p::Seconds::with #with),
                quote_spanned!(at=> { p::count_with #with }),
            )
        }
    }
}

/// The cells of this call, those of the site or of its label values; or the call counted in them.
pub(super) fn handle(spec: &Spec, site: &Site) -> TokenStream {
    let at = Span::mixed_site();
    let counts = counts_at_once(spec);
    if !has_expressions(site) {
        let handle = if counts { quote_spanned!(at=> count) } else { quote_spanned!(at=> handle) };
        return quote_spanned!(at=> __tallymark_site.#handle());
    }
    let with = if counts { quote_spanned!(at=> count) } else { quote_spanned!(at=> with) };
    let scope = text::scope(spec);
    let values = labels(site).filter_map(|label| match &label.value {
        LabelValue::Literal(_) => None,
        LabelValue::Expression(expression) => Some(text::displayed(spec, expression)),
    });
    quote_spanned! {at=> {
        #scope
        __tallymark_site.#with(&[#(#values),*])
    }}
}

fn has_expressions(site: &Site) -> bool {
    labels(site).any(|label| matches!(label.value, LabelValue::Expression(_)))
}

fn labels(site: &Site) -> impl Iterator<Item = &Label> {
    site.named.iter().flat_map(|named| &named.labels)
}
