use std::time::Duration;

use serde_json::Value;

use crate::api::Api;
use crate::dashboards::{Choice, Chosen, Dashboard, Span, text};

/// Which values of the variables are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// As the dashboard is opened.
    Opened,
    /// All of them, one by one.
    Each,
    /// Of each the one at this place, beginning anew after the last.
    One(usize),
}

/// What is chosen of each variable of a dashboard, one after the other, each among the values that are
/// left by those before it.
///
/// # Panics
///
/// If there is nothing to choose, or a variable is of another sort than those that are known.
#[must_use]
pub fn resolve(server: Api, dashboard: &Dashboard, pick: Pick, span: &Span) -> Choice {
    let mut choice = Choice::default();
    for variable in dashboard.variables() {
        let name = text(&variable["name"]);
        let chosen = match text(&variable["type"]) {
            "datasource" => {
                assert_eq!(variable["query"], "prometheus", "{variable}");
                Chosen::One(text(&variable["current"]["value"]).to_owned())
            }
            "query" => chosen(variable, options(server, variable, &choice, span), pick),
            other => panic!("a variable of the type {other}"),
        };
        choice.insert(name, chosen);
    }
    choice
}

/// The values that Grafana offers for a variable, given those of others.
fn options(server: Api, variable: &Value, choice: &Choice, span: &Span) -> Vec<String> {
    let query = text(&variable["query"]["query"]);
    assert_eq!(variable["regex"], "", "{variable}");
    let (series, label) = label_values(query);
    let [start, end] = [span.from(), span.to].map(|time| time.to_string());
    let series = choice.fill_in(series, span);
    let mut parameters = vec![("start", &*start), ("end", &*end)];
    if !series.is_empty() {
        parameters.push(("match[]", &series));
    }
    let values = server.ask(&format!("label/{label}/values"), &parameters);
    let values = values.as_array().expect("values");
    let values: Vec<_> = values.iter().map(|value| text(value).to_owned()).collect();
    assert!(!values.is_empty(), "nothing to choose of {query} ({series})");
    values
}

/// The selector, empty if there is none, and the label of `label_values(…)`.
fn label_values(query: &str) -> (&str, &str) {
    let inside = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
    let inside = inside.unwrap_or_else(|| panic!("no label_values(…): {query}"));
    let (series, label) = inside.rsplit_once(',').unwrap_or(("", inside));
    (series.trim(), label.trim())
}

fn chosen(variable: &Value, options: Vec<String>, pick: Pick) -> Chosen {
    for (switch, state) in [("multi", true), ("includeAll", true)] {
        assert_eq!(variable[switch], state, "{variable}");
    }
    assert_eq!(variable["allValue"], ".+", "{variable}");
    let all = Chosen::All(text(&variable["allValue"]).to_owned());
    match pick {
        Pick::Opened => {
            let current = variable["current"]["value"].as_array().expect("values").iter();
            let current: Vec<_> = current.map(|value| text(value).to_owned()).collect();
            if current == ["$__all"] {
                return all;
            }
            // What there is not, Grafana would not choose.
            assert!(
                current.iter().all(|value| options.contains(value)),
                "{variable} of {options:?}"
            );
            Chosen::Some(current)
        }
        Pick::Each => Chosen::Some(options),
        Pick::One(place) => Chosen::Some(vec![options[place % options.len()].clone()]),
    }
}

/// What is shown of a dashboard at a time: its own range, as wide as on a screen.
pub(super) fn shown(dashboard: &Dashboard, to: f64, scrape: Duration) -> Span {
    let time = &dashboard.json["time"];
    assert_eq!(time["to"], "now");
    let from = text(&time["from"]).strip_prefix("now-").expect("a time before now");
    let (number, unit) = from.split_at(from.len() - 1);
    let seconds = match unit {
        "m" => 60,
        "h" => 3600,
        _ => panic!("{from}"),
    };
    let range = Duration::from_secs(number.parse::<u64>().expect("a number") * seconds);
    Span { to, range, scrape, points: 1000 }
}
