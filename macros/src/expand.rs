use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};

use syn::spanned::Spanned;

use crate::args::LabelValue;
use crate::attribute::Attribute;
use crate::output::Shape;
use crate::spec::Spec;

/// The function with its measuring around the body.
///
/// All names of ours are `mixed_site`: the body cannot see our variables nor we its own, and paths
/// are read by this crate's edition, whichever the user's is. That leaves items: ours stand in
/// blocks of their own, where no expression of the user's does, and our variables have names that
/// no item has, since a pattern that is the name of a unit struct or a constant means that one
/// (a route attribute makes such a struct for each handler).
pub(crate) fn measured(spec: &Spec) -> TokenStream {
    let site = site(spec);
    let handle = handle(spec);
    let p = private(spec);
    let inside = &spec.output.inside;
    let inner_attributes = &spec.function.inner_attributes;
    let body = &spec.function.body;
    let block = braced(body.clone(), spec.function.braces);

    let at = Span::mixed_site();
    let measured = match spec.output.shape {
        Shape::BoxedFuture | Shape::Future if !spec.function.is_async => {
            let begin = begin(spec, &quote_spanned!(at=> __tallymark_handle));
            let rest = if spec.outcome {
                let finish = finish(spec);
                quote_spanned! {at=>
                    let (__tallymark_guard, __tallymark_value) =
                        #p::Tracked::new(__tallymark_guard, __tallymark_future).await;
                    #finish
                }
            } else {
                quote_spanned!(at=> __tallymark_future.await)
            };
            let future = quote_spanned!(at=> async move { #begin #rest });
            let future = match spec.output.shape {
                Shape::BoxedFuture => quote_spanned!(at=> #p::Box::pin(#future)),
                _ => future,
            };
            quote_spanned! {at=>
                let __tallymark_handle = #handle;
                let __tallymark_future = #p::call(move || -> #inside #block);
                #future
            }
        }
        Shape::Never if spec.function.is_async && spec.outcome => {
            let begin = begin(spec, &handle);
            quote_spanned!(at=> #begin #p::Tracked::new(__tallymark_guard, async move #block).await.1)
        }
        shape if !spec.outcome || shape == Shape::Never => {
            let begin = begin(spec, &handle);
            quote!(#begin #body)
        }
        _ => {
            let begin = begin(spec, &handle);
            let finish = finish(spec);
            let value = if spec.function.is_async {
                // The first statement is never run: it tells the type, which an `async` block has
                // no place for.
                // A `let`, so that it is not the value of a body that is empty otherwise.
                let hint = quote_spanned! {at=>
                    let () = if false { return #p::never::<#inside>(); };
                };
                let body = braced(quote!(#hint #body), spec.function.braces);
                // A response builder is also a future: to return one is no mistake.
                quote_spanned! {at=>
                    #[allow(clippy::async_yields_async)]
                    let (__tallymark_guard, __tallymark_value) =
                        #p::Tracked::new(__tallymark_guard, async move #body).await;
                }
            } else {
                quote_spanned!(at=> let __tallymark_value = #p::call(move || -> #inside #block);)
            };
            quote!(#begin #value #finish)
        }
    };
    let head = &spec.function.head;
    let body = braced(
        quote!(#inner_attributes #site #measured),
        spec.function.braces,
    );
    quote!(#head #body)
}

/// The braces of the user's body, around what is in it now: errors at its end point there.
fn braced(tokens: TokenStream, braces: Span) -> Group {
    let mut group = Group::new(Delimiter::Brace, tokens);
    group.set_span(braces);
    group
}

fn private(spec: &Spec) -> TokenStream {
    let krate = &spec.krate;
    quote_spanned!(Span::mixed_site()=> #krate::__private)
}

/// `let site = …;`: the static that the linker finds. It is not generic even where the function
/// is: all instances of the function share it.
fn site(spec: &Spec) -> TokenStream {
    let at = Span::mixed_site();
    let p = private(spec);
    let interface = &spec.interface;
    let inferred = spec.inferred.then(|| quote_spanned!(at=> .inferred()));
    let named = spec.named.as_ref().map(|named| {
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
    let (bounds, count) = match &spec.buckets {
        Some(bounds) => (
            quote_spanned!(at=> p::Seconds::new([#(#bounds),*])),
            bounds.len(),
        ),
        None => (quote_spanned!(at=> p::Seconds::standard()), 11),
    };
    let (kind, cells) = match spec.attribute {
        Attribute::Counted if spec.outcome => (
            quote_spanned!(at=> p::Outcomes),
            quote_spanned!(at=> p::Outcomes::new()),
        ),
        Attribute::Counted => (
            quote_spanned!(at=> p::Calls),
            quote_spanned!(at=> p::Calls::new()),
        ),
        Attribute::Timed => (quote_spanned!(at=> p::Seconds<#count>), bounds),
        Attribute::InFlight => (
            quote_spanned!(at=> p::InFlight),
            quote_spanned!(at=> p::InFlight::new()),
        ),
        Attribute::Observed => (
            quote_spanned!(at=> p::Observed<#count>),
            quote_spanned!(at=> p::Observed::new(#bounds)),
        ),
    };
    let site = if has_expressions(spec) {
        quote_spanned!(at=> p::Labelled)
    } else {
        quote_spanned!(at=> p::Site)
    };
    quote_spanned! {at=>
        let __tallymark_site = {
            use #p as p;
            static SITE: #site<#kind> =
                #site::new(p::Origin::new(#interface) #inferred #named, #cells);
            p::link!(SITE);
            &SITE
        };
    }
}

fn has_expressions(spec: &Spec) -> bool {
    let labels = spec.named.iter().flat_map(|named| &named.labels);
    labels
        .into_iter()
        .any(|label| matches!(label.value, LabelValue::Expression(_)))
}

/// The cells of this call: those of the site, or of its label values.
fn handle(spec: &Spec) -> TokenStream {
    let at = Span::mixed_site();
    if !has_expressions(spec) {
        return quote_spanned!(at=> __tallymark_site.handle());
    }
    let p = private(spec);
    let values = spec
        .named
        .iter()
        .flat_map(|named| &named.labels)
        .filter_map(|label| match &label.value {
            LabelValue::Literal(_) => None,
            LabelValue::Expression(expression) => {
                // Located where the expression is, for what it is to be displayed as.
                let at = at.located_at(expression.span());
                Some(quote_spanned!(at=> (&&#p::Text(&(#expression))).__tallymark_text()))
            }
        });
    quote_spanned! {at=> {
        #[allow(unused_imports)]
        use #p::{DisplayText as _, StrText as _};
        __tallymark_site.with(&[#(#values),*])
    }}
}

/// `let guard = …;`, by the name that fits what is done with it.
fn begin(spec: &Spec, handle: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    match spec.attribute {
        Attribute::Counted if !spec.outcome => quote_spanned!(at=> let () = #handle.begin();),
        _ if !spec.outcome => quote_spanned!(at=> let __tallymark_guard = #handle.begin();),
        _ if spec.output.shape == Shape::Never && !spec.function.is_async => {
            quote_spanned!(at=> let __tallymark_guard = #handle.begin();)
        }
        _ => quote_spanned!(at=> let __tallymark_guard = #handle.begin();),
    }
}

/// Ends the guard by what the value is, and returns the value.
fn finish(spec: &Spec) -> TokenStream {
    let at = Span::mixed_site();
    let p = private(spec);
    match spec.output.shape {
        Shape::Responder => quote_spanned!(at=> #p::respond!(__tallymark_guard, __tallymark_value)),
        Shape::ResultOfResponder => quote_spanned! {at=>
            match __tallymark_value {
                #p::Ok(__tallymark_value) => #p::Ok(#p::respond!(__tallymark_guard, __tallymark_value)),
                #p::Err(__tallymark_error) => {
                    __tallymark_guard.end(#p::error_outcome!(__tallymark_error));
                    #p::Err(__tallymark_error)
                }
            }
        },
        Shape::BoxedFuture | Shape::Future => quote_spanned! {at=>
            __tallymark_guard.end(#p::outcome!(awaited, __tallymark_value));
            __tallymark_value
        },
        _ if spec.function.is_async => quote_spanned! {at=>
            __tallymark_guard.end(#p::outcome!(awaited, __tallymark_value));
            __tallymark_value
        },
        _ => quote_spanned! {at=>
            __tallymark_guard.end(#p::outcome!(returned, __tallymark_value));
            __tallymark_value
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use crate::errors::Errors;
    use crate::function::Function;

    fn expanded(attribute: Attribute, args: &str, item: &str) -> TokenStream {
        let mut errors = Errors::default();
        let args = Args::parse(attribute, args.parse().expect("tokens"), &mut errors);
        let item = item.parse().expect("tokens");
        let function = Function::parse(attribute, item, &mut errors);
        let spec = Spec::validate(attribute, args, function, errors);
        measured(&spec.unwrap_or_else(|_| panic!("a valid use of the attribute")))
    }

    /// The tokens as text, without the spaces, which say how tokens were made and not what they are.
    fn unspaced(tokens: &TokenStream) -> String {
        tokens.to_string().replace(' ', "")
    }

    /// The examples are there to be read; this keeps them true.
    #[test]
    fn the_examples_are_what_is_generated() {
        let examples = include_str!("expand/examples.rs");
        let mut uses = [
            (Attribute::Counted, r#"interface = "/deploy""#, "async fn deploy(order: Order) -> impl Responder { body }"),
            (
                Attribute::Counted,
                r#"interface = "/deploy", name = "deploys_total", labels(app = order.app, env = "prod")"#,
                "fn deploy(order: Order) { body }",
            ),
            (
                Attribute::Observed,
                "buckets = [0.1, 1]",
                r#"#[post("/deploy")] async fn deploy(order: Order) -> Result<Answer, Error> { body }"#,
            ),
        ]
        .into_iter();
        for example in examples.split("// ---").skip(1) {
            let (_, example) = example.split_once('\n').expect("a title");
            let example: TokenStream = example.parse().expect("tokens");
            let (attribute, args, item) = uses.next().expect("as many uses as examples");
            assert_eq!(
                unspaced(&expanded(attribute, args, item)),
                unspaced(&example)
            );
        }
        assert!(uses.next().is_none(), "as many examples as uses");
    }
}
