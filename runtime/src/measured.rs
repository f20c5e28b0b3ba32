//! What the attributes measure under one name: which metric families belong together, for those who show
//! them.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Declared};
use crate::outcome::Outcome;
use crate::site::{Objective, PREFIX, Part};

/// The outcomes that are errors of the service. A client's error is not, and neither is a call whose
/// client went away.
pub(crate) const ERRORS: [Outcome; 3] = [Outcome::ServerError, Outcome::Error, Outcome::Panicked];

/// The families of some annotated places, by what they count of a call; each has the label `interface`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Measured {
    /// What their names begin with.
    pub(crate) prefix: String,
    /// How many calls began, a counter.
    pub(crate) calls: Option<String>,
    /// How many ended, by the label `outcome`, a counter.
    pub(crate) outcomes: Option<String>,
    /// How long they took, a histogram.
    pub(crate) seconds: Option<String>,
    /// How many are under way, a gauge.
    pub(crate) in_flight: Option<String>,
    /// What is promised of which interface.
    pub(crate) objectives: BTreeMap<&'static str, Objective>,
}

impl Measured {
    /// All there are in a catalog, those of the default metrics first and the others by name.
    pub(crate) fn all(catalog: &Catalog) -> Vec<Self> {
        let mut all = BTreeMap::<(bool, String), Self>::new();
        for declared in catalog.declared() {
            let Declared::Site(site, part, declaration) = declared else { continue };
            let origin = site.origin();
            let name = declaration.name;
            let own = origin.named.is_some();
            let prefix =
                if own { name.strip_suffix(part.suffix()).unwrap_or(&name) } else { PREFIX };
            let mut key = (own, prefix.to_owned());
            // Two that differ in the suffix alone: `deploys` and `deploys_total`.
            let taken = |before: &Self| before.family(part).is_some_and(|before| *before != name);
            if all.get(&key).is_some_and(taken) {
                key.1.clone_from(&name);
            }
            let prefix = key.1.clone();
            let measured = all.entry(key).or_insert_with(|| Self { prefix, ..Self::default() });
            let family = match part {
                Part::Calls => &mut measured.calls,
                Part::Outcomes => &mut measured.outcomes,
                Part::Seconds => &mut measured.seconds,
                Part::InFlight => &mut measured.in_flight,
            };
            *family = Some(name);
            if let Some(objective) = origin.objective {
                measured.objectives.entry(origin.interface).or_insert(objective);
            }
        }
        all.into_values().collect()
    }

    fn family(&self, part: Part) -> Option<&String> {
        match part {
            Part::Calls => self.calls.as_ref(),
            Part::Outcomes => self.outcomes.as_ref(),
            Part::Seconds => self.seconds.as_ref(),
            Part::InFlight => self.in_flight.as_ref(),
        }
    }

    /// Its families.
    pub(crate) fn families(&self) -> impl Iterator<Item = &str> {
        let all = [Part::Calls, Part::Outcomes, Part::Seconds, Part::InFlight];
        all.into_iter().filter_map(|part| self.family(part)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::Item;
    use crate::naming::Naming;
    use crate::site::{Calls, Observed, Origin, Outcomes, Seconds, Site};

    #[test]
    fn families_of_one_name_belong_together() {
        const PROMISED: Objective = Objective::new().success(99.9).latency(0.25, 99.0);
        static DEPLOY: Site<Calls> = Site::new(Origin::new("/deploy"), Calls::new());
        static ENDED: Site<Outcomes> =
            Site::new(Origin::new("/deploy").objective(PROMISED), Outcomes::new());
        static BUILT: Site<Calls> =
            Site::new(Origin::new("build").named("builds_total", None, &[]), Calls::new());
        static BUILDING: Site<Seconds<11>> =
            Site::new(Origin::new("build").named("builds_seconds", None, &[]), Seconds::standard());
        static OTHERS: Site<Calls> =
            Site::new(Origin::new("build").named("builds", None, &[]), Calls::new());
        static MOVED: Site<Observed<11>> = Site::new(
            Origin::new("move").named("moves_seconds", None, &[]),
            Observed::new(Seconds::standard()),
        );
        let items: [Item; 6] =
            [&DEPLOY as _, &ENDED as _, &BUILT as _, &BUILDING as _, &OTHERS as _, &MOVED as _]
                .map(Item::Site);
        let naming = Naming::new("calls", "Calls.").expect("a name");
        let all = Measured::all(&Catalog::bind(&items, &[], Some(&naming)));
        let families: Vec<(&str, Vec<&str>)> =
            all.iter().map(|one| (&*one.prefix, one.families().collect())).collect();
        assert_eq!(
            families,
            [
                ("request_processing", vec!["calls", "request_processing_outcomes_total"]),
                ("builds", vec!["builds", "builds_seconds"]),
                ("builds_total", vec!["builds_total"]),
                (
                    "moves_seconds",
                    vec![
                        "moves_seconds_total",
                        "moves_seconds_outcomes_total",
                        "moves_seconds_seconds",
                        "moves_seconds_in_flight"
                    ]
                ),
            ]
        );
        assert_eq!(all[0].objectives, BTreeMap::from([("/deploy", PROMISED)]));
    }
}
