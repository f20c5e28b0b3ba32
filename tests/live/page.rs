use std::time::Duration;

use serde_json::Value;
use tallymark_tests::{Browser, wait_for};

/// A browser that shows the page.
pub(crate) struct Page {
    pub(crate) browser: Browser,
    /// All that the console said.
    said: Vec<Value>,
}

impl Page {
    pub(crate) fn open(url: &str) -> Self {
        let browser = Browser::start();
        browser.open(url);
        let page = Self { browser, said: Vec::new() };
        page.wait("the table", "return document.querySelector('tbody').rows.length > 0");
        page
    }

    /// Waits until a script returns what is true.
    pub(crate) fn wait(&self, what: &str, script: &str) {
        wait_for(what, Duration::from_secs(20), || match self.browser.script(script) {
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

    /// The lines of a chart, and their values.
    pub(crate) fn lines(&self, chart: &str) -> Vec<(String, Vec<Option<f64>>)> {
        let script = format!(
            "const chart = document.getElementById('{chart}');
            const names = [...chart.querySelectorAll('li span')].map(name => name.textContent);
            return names.map((name, i) => [name, [...chart.plot.data[i + 1]]])"
        );
        serde_json::from_value(self.browser.script(&script)).expect("names and values")
    }

    /// The mean of the last values of a line, of which each must be there.
    pub(crate) fn mean(&self, chart: &str, line: &str, last: usize) -> f64 {
        let lines = self.lines(chart);
        let found = lines.iter().find(|(name, _)| name == line);
        let (_, values) = found.unwrap_or_else(|| panic!("{line} of {lines:?}"));
        let values: Vec<f64> =
            values.iter().rev().take(last).map(|value| value.expect("a value")).collect();
        assert_eq!(values.len(), last);
        values.iter().sum::<f64>() / values.iter().map(|_| 1.0).sum::<f64>()
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

    /// What the console said so far, but for the requests that the browser reports for a peer that is down.
    pub(crate) fn errors(&mut self) -> Vec<Value> {
        self.said.extend(self.browser.log("browser"));
        let of_peer = |entry: &Value| {
            let message = entry["message"].as_str().unwrap_or_default();
            entry["source"] == "network"
                && message.contains("/live/peer/")
                && message.contains("50")
        };
        self.said.iter().filter(|entry| !of_peer(entry)).cloned().collect()
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
