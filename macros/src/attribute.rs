use proc_macro2::Ident;

/// Which attribute was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Counted,
    Timed,
    InFlight,
    Observed,
}

impl Attribute {
    /// The attribute of that name.
    pub(crate) fn called(name: &Ident) -> Option<Self> {
        match name.to_string().as_str() {
            "counted" => Some(Self::Counted),
            "timed" => Some(Self::Timed),
            "in_flight" => Some(Self::InFlight),
            "observed" => Some(Self::Observed),
            _ => None,
        }
    }

    /// Which of the default metrics it counts into: calls, outcomes, seconds, in flight.
    pub(crate) fn metrics(self, outcome: bool) -> [bool; 4] {
        match self {
            Self::Counted => [!outcome, outcome, false, false],
            Self::Timed => [false, false, true, false],
            Self::InFlight => [false, false, false, true],
            Self::Observed => [true; 4],
        }
    }

    /// As it is written, for messages.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Counted => "#[counted]",
            Self::Timed => "#[timed]",
            Self::InFlight => "#[in_flight]",
            Self::Observed => "#[observed]",
        }
    }

    /// The arguments that it takes, in the order of the documentation.
    pub(crate) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Counted => &["interface", "name", "help", "metric", "labels", "outcome", "crate"],
            Self::Timed => &["interface", "name", "help", "metric", "labels", "buckets", "crate"],
            Self::InFlight => &["interface", "name", "help", "metric", "labels", "crate"],
            Self::Observed => &["interface", "name", "help", "labels", "buckets", "crate"],
        }
    }

    /// Says of a key that it does not take what to do instead.
    pub(crate) fn refuse(self, key: &Ident) -> syn::Error {
        let shown = self.shown();
        let word = key.to_string();
        let message = match (self, &*word) {
            (Self::Observed, "outcome") => {
                "`#[observed]` counts outcomes by itself; leave `outcome` out".to_owned()
            }
            (Self::Observed, "metric") => {
                "`#[observed]` counts into four metrics; name them with `name`, or give `metric` to \
                 `#[counted]`, `#[timed]` and `#[in_flight]`"
                    .to_owned()
            }
            (_, "outcome") => format!("`{shown}` has no outcomes; use `#[counted(outcome)]`"),
            (_, "buckets") => {
                format!("`{shown}` has no buckets; they belong to `#[timed]` and `#[observed]`")
            }
            _ => {
                let keys = self.keys();
                let near = keys.iter().max_by(|a, b| {
                    strsim::jaro_winkler(a, &word).total_cmp(&strsim::jaro_winkler(b, &word))
                });
                match near.filter(|near| strsim::jaro_winkler(near, &word) > 0.75) {
                    Some(near) => format!("unknown argument `{word}`; did you mean `{near}`?"),
                    None => format!(
                        "unknown argument `{word}`; `{shown}` takes `{}`",
                        keys.join("`, `")
                    ),
                }
            }
        };
        syn::Error::new(key.span(), message)
    }
}
