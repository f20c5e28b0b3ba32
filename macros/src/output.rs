use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, Token, Type, TypeParamBound};

/// What a function returns, as far as the way of measuring it depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `!`
    Never,
    /// `impl Responder`
    Responder,
    /// `Result<impl Responder, …>`
    ResultOfResponder,
    /// `Pin<Box<dyn Future<…>>>`
    BoxedFuture,
    /// `impl Future<…>`
    Future,
    /// Anything else.
    Value,
}

/// The return type of a function.
pub(crate) struct Output {
    pub(crate) shape: Shape,
    /// The type as it may be written inside the body: with `_` for each `impl Trait`.
    pub(crate) inside: TokenStream,
}

impl Output {
    pub(crate) fn of(tokens: TokenStream) -> Self {
        if tokens.is_empty() {
            return Self {
                shape: Shape::Value,
                inside: quote::quote!(()),
            };
        }
        // Syntax that is newer than our parser can still be inferred.
        let unknown = || Self {
            shape: Shape::Value,
            inside: quote::quote!(_),
        };
        syn::parse2::<Type>(tokens).map_or_else(
            |_| unknown(),
            |mut output| {
                let shape = shape(&output);
                erase(&mut output);
                Self {
                    shape,
                    inside: output.into_token_stream(),
                }
            },
        )
    }
}

fn shape(output: &Type) -> Shape {
    match output {
        Type::Never(_) => Shape::Never,
        Type::Group(group) => shape(&group.elem),
        Type::Paren(paren) => shape(&paren.elem),
        Type::ImplTrait(opaque) if is_only(&opaque.bounds, "Responder") => Shape::Responder,
        Type::ImplTrait(opaque) if is_only(&opaque.bounds, "Future") => Shape::Future,
        _ if arguments(output, "Result")
            .first()
            .is_some_and(|ok| shape(ok) == Shape::Responder) =>
        {
            Shape::ResultOfResponder
        }
        _ => {
            let boxed = arguments(output, "Pin")
                .first()
                .map(|pinned| arguments(pinned, "Box"));
            match boxed.as_ref().and_then(|boxed| boxed.first()) {
                Some(Type::TraitObject(object)) if is_only(&object.bounds, "Future") => {
                    Shape::BoxedFuture
                }
                _ => Shape::Value,
            }
        }
    }
}

/// Whether the bounds are that trait and, besides, only what every wrapper has as well: lifetimes
/// and the auto traits.
fn is_only(bounds: &Punctuated<TypeParamBound, Token![+]>, wanted: &str) -> bool {
    let mut found = false;
    let all = bounds.iter().all(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|last| {
            let is_it = last.ident == wanted;
            found |= is_it;
            is_it || last.ident == "Send" || last.ident == "Sync"
        }),
        TypeParamBound::Lifetime(_) | TypeParamBound::PreciseCapture(_) => true,
        _ => false,
    });
    all && found
}

/// The types between the angle brackets, if the last word of the path is the wanted one.
fn arguments<'a>(path: &'a Type, wanted: &str) -> Vec<&'a Type> {
    let Type::Path(path) = path else {
        return Vec::new();
    };
    match path.path.segments.last() {
        Some(last) if last.ident == wanted => match &last.arguments {
            PathArguments::AngleBracketed(arguments) => {
                let types = arguments.args.iter().filter_map(|argument| match argument {
                    GenericArgument::Type(argument) => Some(argument),
                    _ => None,
                });
                types.collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Puts `_` for each `impl Trait`, which cannot be named inside the body.
fn erase(output: &mut Type) {
    match output {
        Type::ImplTrait(_) => *output = syn::parse_quote!(_),
        Type::Group(inner) => erase(&mut inner.elem),
        Type::Paren(inner) => erase(&mut inner.elem),
        Type::Reference(inner) => erase(&mut inner.elem),
        Type::Slice(inner) => erase(&mut inner.elem),
        Type::Array(inner) => erase(&mut inner.elem),
        Type::Tuple(inner) => inner.elems.iter_mut().for_each(erase),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                    for argument in &mut arguments.args {
                        if let GenericArgument::Type(argument) = argument {
                            erase(argument);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}
