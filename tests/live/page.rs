use std::time::Duration;

use serde_json::Value;
use tallymark_tests::{Browser, wait_for};

/// A time, in seconds since 1970, and the value then.
pub(crate) type Point = (f64, Option<f64>);

/// A browser that shows the page.
pub(crate) struct Page {
    pub(crate) browser: Browser,
}

impl Page {
    pub(crate) fn open(url: &str) -> Self {
        let browser = Browser::start();
        browser.open(url);
        let page = Self { browser };
        page.wait("the table", "return document.querySelector('tbody').rows.length > 0");
        page
    }

    /// Waits until a script returns what is true.
    pub(crate) fn wait(&self, what: &str, script: &str) {
        wait_for(what, Duration::from_secs(40), || match self.browser.script(script) {
            Value::Bool(true) => Ok(()),
            other => Err(format!("{other}; {}", self.text("main"))),
        });
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        let script = format!("return document.querySelector('{selector}').innerText");
        self.browser.script(&script).as_str().expect(selector).to_owned()
    }

    /// The texts of the table's cells, by row.
    pub(crate) fn table(&self) -> Vec<Vec<String>> {
        let script = "return [...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))";
        serde_json::from_value(self.browser.script(script)).expect("rows of texts")
    }

    /// The lines of a chart, each with its points.
    pub(crate) fn lines(&self, chart: &str) -> Vec<(String, Vec<Point>)> {
        let script = format!(
            "const chart = document.getElementById('{chart}');
            const names = [...chart.querySelectorAll('li span')].map(name => name.textContent);
            const [times, ...lines] = chart.plot.data;
            return names.map((name, i) => [name, times.map((time, at) => [time, lines[i][at]])])"
        );
        serde_json::from_value(self.browser.script(&script)).expect("names and points")
    }

    /// The names of the lines of a chart.
    pub(crate) fn names(&self, chart: &str) -> Vec<String> {
        self.lines(chart).into_iter().map(|(name, _)| name).collect()
    }

    /// The values that a line has from some time on, each with its time.
    pub(crate) fn values(&self, chart: &str, line: &str, since: f64) -> Vec<(f64, f64)> {
        let lines = self.lines(chart).into_iter();
        let points = lines.filter(|(name, _)| name == line).flat_map(|(_, points)| points);
        let values = points.filter_map(|(time, value)| Some((time, value?)));
        values.filter(|(time, _)| *time >= since).collect()
    }

    /// Chooses one of a list.
    pub(crate) fn select(&self, list: &str, option: &str) {
        let script = format!(
            "const list = document.getElementById('{list}');
            list.value = [...list.options].find(option => option.text === '{option}').value;
            list.dispatchEvent(new Event('change'))"
        );
        let _ = self.browser.script(&script);
    }

    /// Clicks on what a picker has under that name.
    pub(crate) fn pick(&self, picker: &str, name: &str) {
        let script = format!(
            "[...document.querySelectorAll('#{picker} label')].find(label => label.textContent.startsWith('{name}')).click()"
        );
        let _ = self.browser.script(&script);
    }

    /// What the console said since this was asked before, but for what the browser reports of the peer
    /// that was down meanwhile.
    pub(crate) fn errors(&self, down: Option<usize>) -> Vec<Value> {
        let of_peer = |entry: &Value| {
            let message = entry["message"].as_str().unwrap_or_default();
            entry["source"] == "network"
                && down.is_some_and(|number| message.contains(&format!("/live/peer/{number}?")))
                && message.contains("status of 50")
        };
        self.browser.log("browser").into_iter().filter(|entry| !of_peer(entry)).collect()
    }

    /// Where requests were sent to since this was asked before.
    pub(crate) fn requests(&self) -> Vec<String> {
        let entries = self.browser.log("performance");
        let messages = entries.iter().map(|entry| entry["message"].as_str().expect("a message"));
        let messages = messages.map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
        let sent =
            messages.filter(|message| message["message"]["method"] == "Network.requestWillBeSent");
        let url =
            |sent: Value| sent["message"]["params"]["request"]["url"].as_str().map(str::to_owned);
        sent.map(|sent| url(sent).expect("a URL")).filter(|url| !url.starts_with("data:")).collect()
    }
}
