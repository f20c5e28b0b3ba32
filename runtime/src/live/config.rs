use serde_json::{Value, json};

use crate::http::Identity;
use crate::measured::{ERRORS, Measured};
use crate::outcome::Outcome;
use crate::registry::Registry;

/// What the page has to know: which families belong together, which outcomes are errors, and the peers.
pub(super) fn config<'a>(registry: &Registry, peers: impl Iterator<Item = &'a str>) -> String {
    let groups = Measured::all(&registry.inner.catalog());
    let groups: Vec<_> = groups.iter().map(group).collect();
    let errors = ERRORS.map(Outcome::as_str);
    let peers: Vec<_> = peers.collect();
    let registry = registry.attached::<Identity>().to_string();
    json!({ "registry": registry, "groups": groups, "errors": errors, "peers": peers }).to_string()
}

fn group(measured: &Measured) -> Value {
    let families: Vec<_> = measured.families().collect();
    json!({
        "name": measured.prefix,
        "families": families,
        "calls": measured.calls,
        "outcomes": measured.outcomes,
        "seconds": measured.seconds,
        "in_flight": measured.in_flight,
    })
}
