use std::collections::BTreeSet;

use crate::choice::Choice;
use crate::dashboard::{Dashboard, Panel, Query};
use crate::server::{Found, Server};
use crate::span::Span;

/// Panels that have no data as long as nothing is wrong: before that their families have no series.
const EMPTY: [&str; 3] = ["Series beyond the limit", "Values refused", "Collectors that failed"];

/// What came of the queries of a dashboard, each asked as Grafana asks it.
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) problems: Vec<String>,
    /// The queries that found no number and should have.
    pub(crate) empty: BTreeSet<String>,
}

impl Drawn {
    pub(crate) fn of(server: &Server, dashboard: &Dashboard, choice: &Choice, span: &Span) -> Self {
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

    fn add(&mut self, server: &Server, panel: &Panel, choice: &Choice, span: &Span) {
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
pub(crate) fn ask(
    server: &Server,
    panel: &Panel,
    query: &Query,
    filled: &str,
    span: &Span,
) -> Vec<Found> {
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
