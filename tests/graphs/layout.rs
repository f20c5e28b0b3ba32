use std::collections::BTreeSet;

use serde_json::Value;
use tallymark_tests::dashboards::{Dashboard, is_row, list, text};

const COLUMNS: u64 = 24;

/// What is wrong with how a dashboard is laid out and described.
pub(crate) fn problems(dashboard: &Dashboard) -> Vec<String> {
    let outer = list(&dashboard.json["panels"]);
    let mut problems = overlaps(&outer);
    let (mut ids, mut rows, mut titles) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for panel in &outer {
        let inside = list(&panel["panels"]);
        if is_row(panel) {
            // Under another heading the same title is another panel's.
            titles.clear();
            if !rows.insert(text(&panel["title"])) {
                problems.push(format!("{}: a second row of this title", panel["title"]));
            }
            if (panel["collapsed"] == true) == inside.is_empty() {
                problems
                    .push(format!("{}: a closed row has panels, an open one none", panel["title"]));
            }
            problems.extend(overlaps(&inside));
        }
        for panel in [*panel].iter().chain(&inside) {
            let title = text(&panel["title"]);
            if !ids.insert(panel["id"].as_u64().expect("an id")) {
                problems.push(format!("{title}: its id is another one's too"));
            }
            if title.is_empty() || (!is_row(panel) && !titles.insert(title)) {
                problems.push(format!("{title}: another panel of its row has this title"));
            }
            if !is_row(panel) {
                problems.extend(undescribed(panel).map(|what| format!("{title}: no {what}")));
            }
        }
    }
    problems
}

fn undescribed(panel: &Value) -> impl Iterator<Item = &'static str> {
    let is_empty = |value: &Value| value.as_str().is_none_or(str::is_empty);
    let targets = list(&panel["targets"]);
    let ids: BTreeSet<_> = targets.iter().map(|target| text(&target["refId"])).collect();
    let same = targets.iter().all(|target| target["datasource"] == panel["datasource"]);
    let missing = [
        ("description", is_empty(&panel["description"])),
        ("unit", is_empty(&panel["fieldConfig"]["defaults"]["unit"])),
        ("data source", !text(&panel["datasource"]["uid"]).starts_with("${")),
        ("query", targets.is_empty()),
        ("id for each query", ids.len() != targets.len()),
        ("one data source for all queries", !same),
    ];
    missing.into_iter().filter(|(_, missing)| *missing).map(|(what, _)| what)
}

/// Panels that are on top of each other, or beyond the edge.
fn overlaps(panels: &[&Value]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut problems = Vec::new();
    for panel in panels {
        let [x, y, w, h] =
            ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().expect("a place"));
        let mut cells = (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y)));
        if x + w > COLUMNS || w == 0 || h == 0 || !cells.all(|cell| taken.insert(cell)) {
            problems.push(format!("{}: no room at {}", panel["title"], panel["gridPos"]));
        }
    }
    problems
}
