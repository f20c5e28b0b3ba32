//! All that generated code may name. Nothing here is for users, and anything may change.

pub use std::borrow::Cow;
pub use std::boxed::Box;
pub use std::option::Option::{None, Some};
pub use std::result::Result::{Err, Ok};

#[cfg(any(not(target_os = "linux"), tallymark_linkme))]
pub use linkme;

pub use crate::bounds::{STANDARD, count_with};
pub use crate::item::Linked;
pub use crate::label_text::{DisplayText, StrText, Text};
#[cfg(any(not(target_os = "linux"), tallymark_linkme))]
pub use crate::link::TALLYMARK_0_1_SITES;
pub use crate::metrics::{
    LabelNames, all_labels, count_metric, counted_metric, in_flight_metric, known_label, order,
    outcomes_metric, timed_metric,
};
pub use crate::probe::{Failed, Probe, Returned};
pub use crate::reply::Reply;
pub use crate::site::{
    Calls, InFlight, Labelled, Objective, Observed, Origin, Outcomes, Seconds, Site,
};
pub use crate::tracked::{Tracked, call, call_future, never};
pub use crate::{
    __error_outcome as error_outcome, __link as link, __outcome as outcome, __respond as respond,
};

/// The traits that `outcome!` chooses from.
pub mod probe {
    pub use super::borrowed_probe::*;
    #[cfg(feature = "actix")]
    pub use crate::probe::StatusOutcome as _;
}

/// Those for what borrows, of which only the type itself may say it.
pub mod borrowed_probe {
    pub use crate::probe::{
        NoOption as _, NoResult as _, PlainOutcome as _, SaidOutcome as _, SplitOption as _,
        SplitResult as _,
    };
}

/// The traits that `respond!` chooses from.
pub mod reply {
    pub use crate::reply::{PlainReply as _, SaidReply as _};
    #[cfg(feature = "actix")]
    pub use crate::responder::ResponderReply as _;
}
