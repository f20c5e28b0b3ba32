use serde_json::{Value, json};

use super::panel::{COLUMNS, Panel};

/// Panels under one heading.
#[derive(Clone, Debug)]
pub(super) struct Row {
    title: String,
    /// Whether its panels are hidden, and ask nothing, until somebody opens it.
    closed: bool,
    panels: Vec<Panel>,
}

impl Row {
    pub(super) fn open(title: &str, panels: Vec<Panel>) -> Self {
        Self { title: title.to_owned(), closed: false, panels }
    }

    pub(super) fn closed(title: &str, panels: Vec<Panel>) -> Self {
        Self { title: title.to_owned(), closed: true, panels }
    }
}

/// The rows one below the other, with each panel at its place.
pub(super) fn placed(rows: &[Row]) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next_id = 1..;
    let mut id = || next_id.next().unwrap_or(u64::MAX);
    let mut y = 0;
    for row in rows.iter().filter(|row| !row.panels.is_empty()) {
        let mut heading = json!({
            "id": id(),
            "type": "row",
            "title": row.title,
            "collapsed": row.closed,
            "gridPos": { "x": 0, "y": y, "w": COLUMNS, "h": 1 },
            "panels": [],
        });
        y += 1;
        let (mut x, mut line, mut below) = (0, y, 0);
        let mut panels = Vec::new();
        for panel in &row.panels {
            if x + panel.width() > COLUMNS {
                (x, line, below) = (0, line + below, 0);
            }
            panels.push(panel.json(id(), x, line));
            x += panel.width();
            below = below.max(panel.height());
        }
        if row.closed {
            // Those of a closed row are in it, and take no room until it is opened.
            heading["panels"] = Value::Array(panels);
            all.push(heading);
        } else {
            all.push(heading);
            all.extend(panels);
            y = line + below;
        }
    }
    all
}
