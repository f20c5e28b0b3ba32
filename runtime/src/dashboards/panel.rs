use serde_json::{Value, json};

/// Which data source a panel asks: one of the dashboard's variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// `$datasource`.
    Own,
    /// `$service_datasource`, of the service, on the dashboard of its hosts.
    Service,
}

impl Asked {
    pub(super) fn json(self) -> Value {
        let uid = match self {
            Self::Own => "${datasource}",
            Self::Service => "${service_datasource}",
        };
        json!({ "type": "prometheus", "uid": uid })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// Lines over time.
    Lines,
    /// The last value, large.
    Stat,
    /// How many values were in which bucket, over time.
    Heatmap,
}

/// One panel of a dashboard, without its place.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    shown: Shown,
    title: String,
    description: String,
    unit: &'static str,
    queries: Vec<(String, String)>,
    width: u64,
    asked: Asked,
    /// Whether there is no value above 1.
    share: bool,
    /// Whether the axis begins at the least value, and not at 0.
    afloat: bool,
    decimals: Option<u8>,
    /// From which value on it is red.
    pub(super) limit: Option<f64>,
    /// Below which value it is red.
    least: Option<f64>,
    stacked: bool,
}

/// The columns of a dashboard.
pub(super) const COLUMNS: u64 = 24;

impl Panel {
    fn new(shown: Shown, title: &str, description: &str, unit: &'static str, width: u64) -> Self {
        Self {
            shown,
            title: title.to_owned(),
            description: description.to_owned(),
            unit,
            queries: Vec::new(),
            width,
            asked: Asked::Own,
            share: false,
            afloat: false,
            decimals: None,
            limit: None,
            least: None,
            stacked: false,
        }
    }

    pub(super) fn lines(title: &str, description: &str, unit: &'static str) -> Self {
        Self::new(Shown::Lines, title, description, unit, COLUMNS / 2)
    }

    pub(super) fn stat(title: &str, description: &str, unit: &'static str) -> Self {
        Self::new(Shown::Stat, title, description, unit, COLUMNS / 8)
    }

    pub(super) fn heatmap(title: &str, description: &str, unit: &'static str) -> Self {
        Self::new(Shown::Heatmap, title, description, unit, COLUMNS / 2)
    }

    /// One more query, and how its series are called.
    pub(super) fn query(mut self, expression: impl Into<String>, legend: &str) -> Self {
        self.queries.push((expression.into(), legend.to_owned()));
        self
    }

    /// As wide as it may be.
    pub(super) fn wide(mut self) -> Self {
        self.width = COLUMNS;
        self
    }

    /// A third of the width.
    pub(super) fn third(mut self) -> Self {
        self.width = COLUMNS / 3;
        self
    }

    pub(super) fn of_service(mut self) -> Self {
        self.asked = Asked::Service;
        self
    }

    pub(super) fn share(mut self) -> Self {
        self.share = true;
        self
    }

    /// The axis begins at the least value, which may be below 0 or far above it.
    pub(super) fn afloat(mut self) -> Self {
        self.afloat = true;
        self
    }

    pub(super) fn decimals(mut self, decimals: u8) -> Self {
        self.decimals = Some(decimals);
        self
    }

    pub(super) fn stacked(mut self) -> Self {
        self.stacked = true;
        self
    }

    /// From this value on it is red.
    pub(super) fn limit(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Below this value it is red.
    pub(super) fn least(mut self, least: f64) -> Self {
        self.least = Some(least);
        self
    }

    pub(super) fn width(&self) -> u64 {
        self.width
    }

    pub(super) fn height(&self) -> u64 {
        if self.shown == Shown::Stat { 4 } else { 8 }
    }

    /// As Grafana's classic model has it, at a place.
    pub(super) fn json(&self, id: u64, x: u64, y: u64) -> Value {
        let kind = match self.shown {
            Shown::Lines => "timeseries",
            Shown::Stat => "stat",
            Shown::Heatmap => "heatmap",
        };
        json!({
            "id": id,
            "type": kind,
            "title": self.title,
            "description": self.description,
            "datasource": self.asked.json(),
            "gridPos": { "x": x, "y": y, "w": self.width, "h": self.height() },
            "fieldConfig": { "defaults": self.field(), "overrides": [] },
            "options": self.options(),
            "targets": self.targets(),
        })
    }

    fn targets(&self) -> Vec<Value> {
        let targets = self.queries.iter().enumerate().map(|(at, (expression, legend))| {
            json!({
                "refId": ref_id(at),
                "datasource": self.asked.json(),
                "editorMode": "code",
                "expr": expression,
                "format": if self.shown == Shown::Heatmap { "heatmap" } else { "time_series" },
                "instant": self.shown == Shown::Stat,
                "range": self.shown != Shown::Stat,
                "legendFormat": legend,
            })
        });
        targets.collect()
    }

    fn field(&self) -> Value {
        let mut steps = vec![json!({ "color": "green", "value": null })];
        if let Some(least) = self.least {
            steps[0] = json!({ "color": "red", "value": null });
            steps.push(json!({ "color": "green", "value": least }));
        }
        if let Some(limit) = self.limit {
            steps.push(json!({ "color": "red", "value": limit }));
        }
        let bounded = self.limit.is_some() || self.least.is_some();
        let mut field = json!({
            "unit": self.unit,
            "color": { "mode": if self.shown == Shown::Stat { "thresholds" } else { "palette-classic" } },
            "thresholds": { "mode": "absolute", "steps": steps },
        });
        if !self.afloat {
            field["min"] = json!(0);
        }
        if let Some(decimals) = self.decimals {
            field["decimals"] = json!(decimals);
        }
        if self.share {
            field["max"] = json!(1);
        }
        match self.shown {
            Shown::Lines => {
                field["custom"] = json!({
                    "drawStyle": "line",
                    "lineInterpolation": "linear",
                    "lineWidth": 1,
                    "fillOpacity": if self.stacked { 40 } else { 8 },
                    "showPoints": "never",
                    "spanNulls": false,
                    "stacking": { "mode": if self.stacked { "normal" } else { "none" }, "group": "A" },
                    "thresholdsStyle": { "mode": if bounded { "dashed" } else { "off" } },
                });
            }
            Shown::Stat => field["noValue"] = json!("–"),
            Shown::Heatmap => {}
        }
        field
    }

    fn options(&self) -> Value {
        match self.shown {
            Shown::Lines => json!({
                "legend": {
                    "showLegend": true,
                    "displayMode": "table",
                    "placement": "bottom",
                    "calcs": ["mean", "max", "lastNotNull"],
                },
                "tooltip": { "mode": "multi", "sort": "desc" },
            }),
            Shown::Stat => json!({
                "colorMode": "value",
                "graphMode": "none",
                "justifyMode": "auto",
                "orientation": "auto",
                "textMode": "auto",
                "wideLayout": true,
                "showPercentChange": false,
                "percentChangeColorMode": "standard",
                "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
            }),
            Shown::Heatmap => json!({
                "calculate": false,
                "cellGap": 1,
                "color": {
                    "mode": "scheme",
                    "scheme": "Oranges",
                    "fill": "dark-orange",
                    "scale": "exponential",
                    "exponent": 0.5,
                    "steps": 64,
                    "reverse": false,
                },
                "exemplars": { "color": "rgba(255,0,255,0.7)" },
                "filterValues": { "le": 1e-9 },
                "legend": { "show": true },
                "rowsFrame": { "layout": "auto" },
                "showValue": "never",
                "tooltip": { "mode": "single", "yHistogram": false, "showColorScale": false },
                "yAxis": { "axisPlacement": "left", "reverse": false, "unit": self.unit },
            }),
        }
    }
}

/// How Grafana calls the queries of a panel: A to Z, AA to AZ, and so on.
fn ref_id(at: usize) -> String {
    let letter = char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26]);
    let before = (at / 26).checked_sub(1).map(ref_id);
    before.unwrap_or_default() + &letter.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_has_a_name() {
        assert_eq!([0, 25, 26, 51, 52, 702].map(ref_id), ["A", "Z", "AA", "AZ", "BA", "AAA"]);
    }
}
