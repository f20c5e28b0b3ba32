use proc_macro2::TokenTree;
use syn::LitStr;

use crate::function::OtherAttribute;

/// The words that route attributes are called by, in actix-web and in frameworks of that shape.
const ROUTES: [&str; 10] =
    ["get", "post", "put", "delete", "head", "connect", "options", "trace", "patch", "route"];

/// The paths that the function is routed by, as far as they can be seen: `#[post("/deploy")]`.
pub(crate) fn paths(attributes: &[OtherAttribute]) -> Vec<LitStr> {
    let routes = attributes.iter().filter(|other| ROUTES.contains(&&*other.name.to_string()));
    routes
        .filter_map(|route| {
            let first: TokenTree = route.arguments.clone().into_iter().next()?;
            syn::parse2(first.into()).ok()
        })
        .collect()
}
