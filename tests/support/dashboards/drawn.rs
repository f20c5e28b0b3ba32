use std::collections::BTreeSet;
use std::time::Duration;

use crate::api::{Api, Found};
use crate::dashboards::{Choice, Dashboard, Panel, Pick, Query, Span, resolve, shown};
use crate::process::now;

/// Panels that have no data as long as nothing is wrong: before that their families have no series.
const EMPTY: [&str; 3] = ["Series beyond the limit", "Values refused", "Collectors that failed"];

/// How many interfaces there are to choose one of, and no fewer of anything else.
const ONES: usize = 4;

/// What is wrong with what a dashboard draws, whatever is chosen, of what is scraped that often.
///
/// # Panics
///
/// If anything is answered with an error.
#[must_use]
pub fn drawn_problems(server: Api, dashboard: &Dashboard, scrape: Duration) -> Vec<String> {
    let draw = |pick| {
        let span = shown(dashboard, now(), scrape);
        let choice = resolve(server, dashboard, pick, &span);
        Drawn::of(server, dashboard, &choice, &span)
    };
    let mut problems = Vec::new();
    for drawn in [draw(Pick::Opened), draw(Pick::Each)] {
        problems.extend(drawn.problems);
        problems.extend(drawn.empty.into_iter().map(|query| format!("no data: {query}")));
    }
    // One interface has what another one has not: of these, some find something.
    let drawn: Vec<_> = (0..ONES).map(|place| draw(Pick::One(place))).collect();
    for query in &drawn[0].empty {
        if drawn.iter().all(|drawn| drawn.empty.contains(query)) {
            problems.push(format!("no data of any one: {query}"));
        }
    }
    problems.extend(drawn.into_iter().flat_map(|drawn| drawn.problems));
    problems
}

/// What came of the queries of a dashboard, each asked as Grafana asks it.
#[derive(Debug, Default)]
struct Drawn {
    problems: Vec<String>,
    /// The queries that found no number and should have.
    empty: BTreeSet<String>,
}

impl Drawn {
    fn of(server: Api, dashboard: &Dashboard, choice: &Choice, span: &Span) -> Self {
        let mut drawn = Self::default();
        for panel in &dashboard.panels {
            drawn.add(server, panel, choice, span);
        }
        // There may be nothing to annotate; that it can be asked for is enough.
        for query in dashboard.annotations() {
            drop(server.over(&choice.fill_in(query, span), span));
        }
        drawn
    }

    fn add(&mut self, server: Api, panel: &Panel, choice: &Choice, span: &Span) {
        let title = &panel.title;
        let mut legends = BTreeSet::new();
        for query in &panel.queries {
            let filled = choice.fill_in(&query.text, span);
            let found = ask(server, panel, query, &filled, span);
            match (found.iter().any(Found::has_number), EMPTY.contains(&&**title)) {
                (false, false) => drop(self.empty.insert(format!("{title}: {}", query.text))),
                (true, true) => {
                    self.problems.push(format!("{title}: something is wrong: {found:?}"));
                }
                _ => {}
            }
            for series in &found {
                match legend(&query.legend, series) {
                    Ok(legend) if legends.insert(legend.clone()) => {}
                    Ok(legend) => {
                        self.problems.push(format!("{title}: two series are called {legend:?}"));
                    }
                    Err(label) => {
                        self.problems
                            .push(format!("{title}: no label {label} of {series:?}, {filled}"));
                    }
                }
            }
        }
    }
}

/// What a query of a panel finds.
fn ask(server: Api, panel: &Panel, query: &Query, filled: &str, span: &Span) -> Vec<Found> {
    if query.instant {
        return server.at(filled, span.to);
    }
    // With a step of its own the intervals were others.
    assert_eq!((panel.json.get("interval"), panel.json.get("maxDataPoints")), (None, None));
    server.over(filled, span)
}

/// What a series is called; the label, if it has not one that is in its name.
fn legend(format: &str, series: &Found) -> Result<String, String> {
    let mut legend = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("{{") {
        let (label, after) = after.split_once("}}").expect("closing braces");
        let value = series.label(label.trim());
        if value.is_empty() {
            return Err(label.to_owned());
        }
        legend = legend + before + value;
        rest = after;
    }
    Ok(legend + rest)
}
