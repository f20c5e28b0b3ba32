use proc_macro2::Span;
use syn::LitStr;

use crate::args::Args;
use crate::errors::Errors;
use crate::function::Function;

/// One use of an attribute in which every rule holds.
pub(crate) struct Spec {
    pub(crate) interface: LitStr,
    pub(crate) function: Function,
}

impl Spec {
    /// Checks what was read; gives back the errors, those of reading included, unless there are
    /// none.
    pub(crate) fn validate(
        args: Args,
        function: Option<Function>,
        mut errors: Errors,
    ) -> Result<Self, Errors> {
        match &args.interface {
            Some(interface) if interface.value().is_empty() => errors.push_at(
                interface.span(),
                "the interface is empty; name what is counted, as in `interface = \"/deploy\"`",
            ),
            None if !args.garbled => errors.push_at(
                Span::call_site(),
                "which interface is counted? write `#[counted(interface = \"/deploy\")]`",
            ),
            _ => {}
        }
        match (args.interface, function) {
            (Some(interface), Some(function)) if errors.is_empty() => Ok(Self {
                interface,
                function,
            }),
            _ => Err(errors),
        }
    }
}
