use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{GenericArgument, PathArguments, PathSegment, Token, Type, TypeParamBound};

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
    /// Any other `impl Trait`.
    Opaque,
    /// Anything else.
    Value,
}

impl Shape {
    pub(crate) fn is_future(self) -> bool {
        matches!(self, Self::BoxedFuture | Self::Future)
    }
}

/// The return type of a function.
pub(crate) struct Output {
    pub(crate) shape: Shape,
    /// The type as it may be written inside the body: with `_` for each `impl Trait`.
    pub(crate) inside: TokenStream,
    /// What the future comes to, in the same way, where the type says it.
    pub(crate) awaited: TokenStream,
    /// Whether the type of an error borrows: of such a one nobody can ask what it implements, since
    /// the answer may depend on the lifetime, and choosing by it would demand `'static`.
    pub(crate) error_borrows: bool,
}

impl Output {
    pub(crate) fn of(tokens: TokenStream) -> Self {
        let inferred = || quote::quote!(_);
        if tokens.is_empty() {
            let (inside, awaited) = (quote::quote!(()), inferred());
            return Self { shape: Shape::Value, inside, awaited, error_borrows: false };
        }
        // Syntax that is newer than our parser can still be inferred.
        let Ok(mut output) = syn::parse2::<Type>(tokens) else {
            let (inside, awaited) = (inferred(), inferred());
            return Self { shape: Shape::Value, inside, awaited, error_borrows: true };
        };
        let shape = shape(&output);
        let error_borrows = arguments(&output, "Result")
            .get(1)
            .is_some_and(|error| borrows(error.to_token_stream()));
        let awaited = awaited(&output).map(ToTokens::to_token_stream);
        let awaited = awaited.filter(|awaited| !has_impl(awaited));
        erase(&mut output);
        let inside = Some(output.into_token_stream()).filter(|inside| !has_impl(inside));
        Self {
            shape,
            inside: inside.unwrap_or_else(inferred),
            awaited: awaited.unwrap_or_else(inferred),
            error_borrows,
        }
    }
}

/// Whether there is a reference or a lifetime but `'static`.
pub(crate) fn borrows(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                let next = tokens.peek();
                if !matches!(next, Some(TokenTree::Punct(next)) if next.as_char() == '\'') {
                    return true;
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "static" => {}
                _ => return true,
            },
            TokenTree::Group(group) if borrows(group.stream()) => return true,
            _ => {}
        }
    }
    false
}

/// Whether some `impl Trait` is left, in a place that [`erase`] does not know.
fn has_impl(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "impl",
        // A macro's output cannot be seen.
        TokenTree::Punct(punct) => punct.as_char() == '!',
        TokenTree::Group(group) => has_impl(&group.stream()),
        TokenTree::Literal(_) => false,
    })
}

/// The `T` of `impl Future<Output = T>`.
fn awaited(output: &Type) -> Option<&Type> {
    let Type::ImplTrait(opaque) = output else { return None };
    let segments = opaque.bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    let arguments = segments.filter_map(|segment| match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    arguments.flatten().find_map(|argument| match argument {
        GenericArgument::AssocType(output) if output.ident == "Output" => Some(&output.ty),
        _ => None,
    })
}

fn shape(output: &Type) -> Shape {
    match output {
        Type::Never(_) => Shape::Never,
        Type::Group(group) => shape(&group.elem),
        Type::Paren(paren) => shape(&paren.elem),
        Type::ImplTrait(opaque) if is_only(&opaque.bounds, "Responder") => Shape::Responder,
        Type::ImplTrait(opaque) if is_only(&opaque.bounds, "Future") => Shape::Future,
        Type::ImplTrait(_) => Shape::Opaque,
        // The aliases of the crate `futures`, and those named after them.
        Type::Path(path) if is_called(path, &["BoxFuture", "LocalBoxFuture"]) => Shape::BoxedFuture,
        _ if arguments(output, "Result")
            .first()
            .is_some_and(|ok| shape(ok) == Shape::Responder) =>
        {
            Shape::ResultOfResponder
        }
        _ => {
            let boxed = arguments(output, "Pin").first().map(|pinned| arguments(pinned, "Box"));
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
            // `Responder<'r>` is another framework's.
            let is_it =
                last.ident == wanted && (wanted != "Responder" || !has_parameters(&last.arguments));
            found |= is_it;
            is_it || last.ident == "Send" || last.ident == "Sync"
        }),
        TypeParamBound::Lifetime(_) | TypeParamBound::PreciseCapture(_) => true,
        _ => false,
    });
    all && found
}

/// Whether there are arguments besides those for associated types (`Responder<Body = String>`).
fn has_parameters(arguments: &PathArguments) -> bool {
    match arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(|argument| {
            matches!(argument, GenericArgument::Type(_) | GenericArgument::Lifetime(_))
        }),
        _ => false,
    }
}

fn is_called(path: &syn::TypePath, names: &[&str]) -> bool {
    path.path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
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
        Type::Ptr(inner) => erase(&mut inner.elem),
        Type::Path(path) => path.path.segments.iter_mut().for_each(erase_arguments),
        Type::TraitObject(object) => {
            for bound in &mut object.bounds {
                if let TypeParamBound::Trait(bound) = bound {
                    bound.path.segments.iter_mut().for_each(erase_arguments);
                }
            }
        }
        _ => {}
    }
}

fn erase_arguments(segment: &mut PathSegment) {
    if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
        for argument in &mut arguments.args {
            match argument {
                GenericArgument::Type(argument) => erase(argument),
                GenericArgument::AssocType(argument) => erase(&mut argument.ty),
                _ => {}
            }
        }
    }
}
