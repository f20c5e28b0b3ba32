use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Process, wait_for};
use crate::service::{Answer, agent};

/// Chromium without a window, driven by its driver; it ends when this is dropped.
#[derive(Debug)]
pub struct Browser {
    _driver: Process,
    address: SocketAddr,
    session: String,
    /// Where it keeps what it writes, and would leave some of it.
    _folder: TempDir,
}

impl Browser {
    /// Starts one.
    ///
    /// # Panics
    ///
    /// If `chromium` and `chromedriver` are not installed, which `tests/run` sees to, or do not start.
    #[must_use]
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("chromedriver");
        let driver = Process::start(command.arg("--port=0").env("TMPDIR", folder.path()));
        let port = wait_for("the driver of the browser", Duration::from_secs(30), || {
            let line = driver.line();
            let port = line.split_once("successfully on port ").map(|(_, port)| port);
            port.and_then(|port| port.trim_end_matches('.').parse().ok()).ok_or(line)
        });
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        // Tests run as root too, and in containers, where there is little shared memory.
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--no-first-run",
            "--hide-scrollbars",
        ];
        let always = json!({
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let capabilities = json!({ "capabilities": { "alwaysMatch": always } });
        let session = call(address, "POST", "/session", &capabilities);
        let session = session["sessionId"].as_str().expect("a session").to_owned();
        Self { _driver: driver, address, session, _folder: folder }
    }

    /// Opens a page.
    pub fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Runs a script in the page, and returns what it returns.
    #[must_use]
    pub fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Presses a key, by the code that the driver has for it or by its letter, with the focus where it is.
    pub fn press(&self, key: char) {
        let actions = json!([
            { "type": "keyDown", "value": key.to_string() },
            { "type": "keyUp", "value": key.to_string() },
        ]);
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }),
        );
    }

    /// Sends a command of Chrome's own protocol.
    pub fn command(&self, command: &str, parameters: &Value) {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }));
    }

    /// What has been logged since this was asked before: `browser` has the console, `performance` the
    /// requests.
    ///
    /// # Panics
    ///
    /// If there is no such log.
    #[must_use]
    pub fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.post("/se/log", &json!({ "type": kind }));
        log.as_array().expect("entries").clone()
    }

    /// The page as a PNG.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn screenshot(&self) -> Vec<u8> {
        let path = format!("/session/{}/screenshot", self.session);
        let image = call(self.address, "GET", &path, &Value::Null);
        STANDARD.decode(image.as_str().expect("an image")).expect("base64")
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        call(self.address, "POST", &format!("/session/{}{path}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Its processes are the driver's, which ends them; killed itself, it could not.
        let url = format!("http://{}/session/{}", self.address, self.session);
        let _ = agent().delete(url).call();
    }
}

/// Panics if the driver says that it did not work.
fn call(address: SocketAddr, method: &str, path: &str, body: &Value) -> Value {
    let url = format!("http://{address}{path}");
    let answer = match method {
        "GET" => agent().get(url).call(),
        _ => agent().post(url).content_type("application/json").send(body.to_string()),
    };
    let answer = Answer::read(answer);
    let value: Value = serde_json::from_str(&answer.text).expect(&answer.text);
    assert_eq!(answer.status, 200, "{path} {body}: {value}");
    value["value"].clone()
}
