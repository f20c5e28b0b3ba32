/// How a call ended: the values of the label `outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It returned: a plain value, `Ok`, or a response with a status below 300.
    Success,
    /// It answered with a status from 300 to 399.
    Redirection,
    /// It answered with a status from 400 to 499.
    ClientError,
    /// It answered with a status from 500 on.
    ServerError,
    /// It returned an `Err` that has no status.
    Error,
    /// It unwound.
    Panicked,
    /// It was dropped before it had an answer.
    Cancelled,
}

impl Outcome {
    /// Every outcome, in the order of the declaration.
    pub const ALL: [Self; 7] = [
        Self::Success,
        Self::Redirection,
        Self::ClientError,
        Self::ServerError,
        Self::Error,
        Self::Panicked,
        Self::Cancelled,
    ];

    /// The value of the label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Redirection => "redirection",
            Self::ClientError => "client_error",
            Self::ServerError => "server_error",
            Self::Error => "error",
            Self::Panicked => "panicked",
            Self::Cancelled => "cancelled",
        }
    }

    /// The outcome of a response, by its HTTP status (RFC 9110, section 15).
    #[must_use]
    pub const fn of_status(status: u16) -> Self {
        match status {
            0..300 => Self::Success,
            300..400 => Self::Redirection,
            400..500 => Self::ClientError,
            _ => Self::ServerError,
        }
    }
}

/// Says how a call ended that returned this value, or this value in an `Ok` or `Err`.
///
/// Implement it for types of your own, where an attribute that counts outcomes cannot see the
/// status: a response type of another framework, an error that is no
/// `actix_web::ResponseError`. It comes before every other rule.
///
/// ```
/// use tallymark::{Outcome, ToOutcome, counted};
///
/// struct Denied;
///
/// impl ToOutcome for Denied {
///     fn outcome(&self) -> Outcome {
///         Outcome::ClientError
///     }
/// }
///
/// #[counted(interface = "/deploy", outcome)]
/// fn deploy() -> Result<(), Denied> {
///     Err(Denied)
/// }
///
/// deploy().unwrap_err();
/// let line = r#"request_processing_outcomes_total{interface="/deploy",outcome="client_error"} 1"#;
/// assert!(tallymark::gather_text().contains(line));
/// # Ok::<(), ()>(())
/// ```
pub trait ToOutcome {
    /// How the call ended.
    fn outcome(&self) -> Outcome;
}
