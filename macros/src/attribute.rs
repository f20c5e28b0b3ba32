use proc_macro2::Ident;

/// What an attribute takes.
pub(crate) trait Takes: Copy {
    /// The arguments that it takes, in the order of the documentation.
    fn keys(self) -> &'static [&'static str];

    /// One of them, as it is written.
    fn example(self) -> &'static str;

    /// Says of a key that it does not take what to do instead.
    fn refuse(self, key: &Ident) -> syn::Error;
}

/// Which attribute of a function was written.
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
}

impl Takes for Attribute {
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Counted => &["interface", "name", "help", "metric", "labels", "outcome", "crate"],
            Self::Timed => &["interface", "name", "help", "metric", "labels", "buckets", "crate"],
            Self::InFlight => &["interface", "name", "help", "metric", "labels", "crate"],
            Self::Observed => {
                &["interface", "name", "help", "labels", "buckets", "objective", "crate"]
            }
        }
    }

    fn example(self) -> &'static str {
        "interface = \"/deploy\""
    }

    fn refuse(self, key: &Ident) -> syn::Error {
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
            (_, "objective") => of_observed(shown),
            _ => unknown(&word, shown, self.keys()),
        };
        syn::Error::new(key.span(), message)
    }
}

/// `#[metric]`, which is of a static.
#[derive(Clone, Copy)]
pub(crate) struct OfStatic;

impl Takes for OfStatic {
    fn keys(self) -> &'static [&'static str] {
        &["crate"]
    }

    fn example(self) -> &'static str {
        "crate = ::metrics"
    }

    fn refuse(self, key: &Ident) -> syn::Error {
        let word = key.to_string();
        let message = match &*word {
            "name" | "help" | "labels" => format!(
                "`#[metric]` reads `{word}` off the static; leave it out, and write it there, as in \
                 `Counter::new(\"deploys_total\", \"Deployments.\", [\"env\"])`"
            ),
            "buckets" => "the static has its own buckets; leave `buckets` out, and write them \
                          there, as in `Histogram::new(…).buckets(&[0.1, 1.0])`"
                .to_owned(),
            "objective" => of_observed("#[metric]"),
            _ => unknown(&word, "#[metric]", self.keys()),
        };
        syn::Error::new(key.span(), message)
    }
}

fn of_observed(shown: &str) -> String {
    format!("`{shown}` has no objective; it belongs to `#[observed]`")
}

/// Says of a word that it is none of the keys, and which it may have been meant for.
pub(crate) fn unknown(word: &str, shown: &str, keys: &[&str]) -> String {
    let near = keys
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(a, word).total_cmp(&strsim::jaro_winkler(b, word)));
    match near.filter(|near| strsim::jaro_winkler(near, word) > 0.75) {
        Some(near) => format!("unknown argument `{word}`; did you mean `{near}`?"),
        None => format!("unknown argument `{word}`; `{shown}` takes `{}`", keys.join("`, `")),
    }
}
