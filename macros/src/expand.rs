mod family;
mod metric;
mod site;
mod text;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};

pub(crate) use self::family::{declared, refused};
use crate::attribute::Attribute;
use crate::output::Shape;
use crate::spec::Spec;
use crate::target::Target;

/// The function with its measuring around the body.
///
/// All names of ours are `mixed_site`: the body cannot see our variables nor we its own, and paths
/// are read by this crate's edition, whichever the user's is. That leaves items: ours stand in
/// blocks of their own, out of sight of the user's expressions, and our variables have names that
/// no item has, since a pattern that is the name of a unit struct or a constant means that one
/// (a route attribute makes such a struct for each handler).
pub(crate) fn measured(spec: &Spec) -> TokenStream {
    let (site, handle) = match &spec.target {
        Target::Site(site) => (site::site(spec, site), site::handle(spec, site)),
        Target::Metric(metric) => (TokenStream::new(), metric::handle(spec, metric)),
    };
    let p = private(spec);
    let inside = &spec.output.inside;
    let inner_attributes = &spec.function.inner_attributes;
    // In braces of its own: items at its beginning do not stand behind statements of ours. The braces
    // are ours to a linter, which finds them needless, and located where the user's are, since errors
    // at the body's end point there.
    let at = Span::mixed_site();
    let block = braced(spec.function.body.clone(), at.located_at(spec.function.braces));

    let measured = match spec.output.shape {
        shape if shape.is_future() && !spec.function.is_async => {
            let begin = begin(spec, &quote_spanned!(at=> __tallymark_handle));
            let rest = if spec.outcome {
                let finish = finish(spec);
                quote_spanned! {at=>
                    let __tallymark_value =
                        #p::Tracked::new(&mut __tallymark_guard, __tallymark_future).await;
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
            let awaited = &spec.output.awaited;
            let call = if spec.output.shape == Shape::BoxedFuture {
                quote_spanned!(at=> #p::call)
            } else {
                quote_spanned!(at=> #p::call_future::<#awaited, _, _>)
            };
            quote_spanned! {at=>
                let __tallymark_handle = #handle;
                let __tallymark_future = #call(|| -> #inside #block);
                #future
            }
        }
        Shape::Never if spec.function.is_async && spec.outcome => {
            let begin = begin(spec, &handle);
            quote_spanned! {at=>
                #begin
                #p::Tracked::new(&mut __tallymark_guard, async move #block).await
            }
        }
        shape if !spec.outcome || shape == Shape::Never => {
            let begin = begin(spec, &handle);
            quote!(#begin #block)
        }
        // What is opaque tells nothing of its end, but its type tells the body a lot (a closure gets
        // its signature from it) that cannot be named in here; so the body stays where it is.
        Shape::Opaque if !spec.function.is_async => {
            let begin = begin(spec, &handle);
            quote_spanned! {at=>
                #begin
                let __tallymark_guard = __tallymark_guard.returning();
                #block
            }
        }
        _ => {
            let begin = begin(spec, &handle);
            let finish = finish(spec);
            let value = if spec.function.is_async {
                // The first statement is never run: it tells the type, which an `async` block has
                // no place for. And a response builder is also a future: to return one is no mistake.
                quote_spanned! {at=>
                    #[allow(clippy::async_yields_async)]
                    let __tallymark_value =
                        #p::Tracked::new(&mut __tallymark_guard, async move {
                            if false { return #p::never::<#inside>(); }
                            #block
                        }).await;
                }
            } else {
                quote_spanned!(at=> let __tallymark_value = #p::call(|| -> #inside #block);)
            };
            quote!(#begin #value #finish)
        }
    };
    let head = &spec.function.head;
    quote_spanned!(at=> #head { #inner_attributes #site #measured })
}

fn braced(tokens: TokenStream, braces: Span) -> Group {
    let mut group = Group::new(Delimiter::Brace, tokens);
    group.set_span(braces);
    group
}

fn private(spec: &Spec) -> TokenStream {
    let krate = &spec.krate;
    quote_spanned!(Span::mixed_site()=> #krate::__private)
}

/// The tokens, meaning what they mean, but with what the compiler says of them located elsewhere.
fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(at));
        token
    });
    each.collect()
}

/// Whether the call is counted where its cells are found, so that nobody has to keep them.
fn counts_at_once(spec: &Spec) -> bool {
    let later = spec.output.shape.is_future() && !spec.function.is_async;
    spec.attribute == Attribute::Counted && !spec.outcome && !later
}

/// Begins the call: a guard that ends it, unless it is only counted.
fn begin(spec: &Spec, handle: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    if counts_at_once(spec) {
        quote_spanned!(at=> let () = #handle;)
    } else if spec.attribute == Attribute::Counted && !spec.outcome {
        quote_spanned!(at=> let () = #handle.begin();)
    } else {
        let tracked = spec.outcome && (spec.function.is_async || spec.output.shape.is_future());
        let mutable = tracked.then(|| quote_spanned!(at=> mut));
        quote_spanned!(at=> let #mutable __tallymark_guard = #handle.begin();)
    }
}

/// Ends the guard by what the value is, and returns the value.
fn finish(spec: &Spec) -> TokenStream {
    let at = Span::mixed_site();
    let p = private(spec);
    let ways = ways(spec);
    match spec.output.shape {
        Shape::Responder => {
            quote_spanned!(at=> #p::respond!(#ways, __tallymark_guard, __tallymark_value))
        }
        Shape::ResultOfResponder => quote_spanned! {at=>
            match __tallymark_value {
                #p::Ok(__tallymark_value) => {
                    #p::Ok(#p::respond!(#ways, __tallymark_guard, __tallymark_value))
                }
                #p::Err(__tallymark_error) => {
                    __tallymark_guard.end(#p::error_outcome!(#ways, __tallymark_error));
                    #p::Err(__tallymark_error)
                }
            }
        },
        _ => quote_spanned! {at=>
            __tallymark_guard.end(#p::outcome!(#ways, __tallymark_value));
            __tallymark_value
        },
    }
}

/// What the type of the value may be asked: whether a `None` is answered, and whether an error has a
/// status. The traits that tell are implemented for some types of `'static` alone, and to choose by
/// them is to demand it.
fn ways(spec: &Spec) -> TokenStream {
    let at = Span::mixed_site();
    match (spec.function.may_be_handler(), spec.output.error_borrows) {
        (true, _) => quote_spanned!(at=> handler probe),
        (false, false) => quote_spanned!(at=> function probe),
        (false, true) => quote_spanned!(at=> function borrowed_probe),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use crate::attribute::OfStatic;
    use crate::declaration::Declaration;
    use crate::errors::Errors;
    use crate::family::Family;
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

    fn declaration(args: &str, item: &str) -> TokenStream {
        let mut errors = Errors::default();
        let args = Args::parse(OfStatic, args.parse().expect("tokens"), &mut errors);
        let item = item.parse().expect("tokens");
        let declaration = Declaration::parse(&item, &mut errors).expect("a static");
        let family = Family::of(args, declaration, &mut errors);
        assert_eq!(errors.len(), 0, "a valid use of the attribute");
        declared(&family)
    }

    /// The examples are there to be read; this keeps them true.
    #[test]
    fn the_examples_are_what_is_generated() {
        let examples = include_str!("expand/examples.rs");
        let mut uses = [
            expanded(
                Attribute::Counted,
                r#"interface = "/deploy""#,
                "async fn deploy(order: Order) -> impl Responder { body }",
            ),
            expanded(
                Attribute::Counted,
                r#"interface = "/deploy", name = "deploys_total", labels(app = order.app, env = "prod")"#,
                "fn deploy(order: Order) { body }",
            ),
            declaration(
                "",
                r#"#[cfg(unix)] pub static DEPLOYS: Counter<1> = Counter::new("deploys_total", "Deployments.", ["env"]);"#,
            ),
            expanded(
                Attribute::Counted,
                r#"metric = DEPLOYS, interface = "/deploy", labels(app = order.app), outcome"#,
                "fn deploy(order: Order) -> bool { body }",
            ),
            expanded(
                Attribute::Observed,
                "buckets = [0.1, 1]",
                r#"#[post("/deploy")] async fn deploy(order: Order) -> Result<Answer, Error> { body }"#,
            ),
            expanded(
                Attribute::Observed,
                r#"interface = "/deploy", buckets = [0.1, 1], objective(success = 99.9, latency_ms = 250)"#,
                "fn deploy() { body }",
            ),
        ]
        .into_iter();
        for example in examples.split("// ---").skip(1) {
            let (_, example) = example.split_once('\n').expect("a title");
            let example: TokenStream = example.parse().expect("tokens");
            let generated = uses.next().expect("as many uses as examples");
            assert_eq!(unspaced(&generated), unspaced(&example));
        }
        assert!(uses.next().is_none(), "as many examples as uses");
    }
}
