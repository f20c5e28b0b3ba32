use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use async_trait::async_trait;
use tallymark::{counted, observed, timed};
use tallymark_tests::{count, outcomes, seconds};

async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await
}

#[async_trait]
trait Deploys {
    async fn deploy(&mut self, version: &str) -> Result<String, String>;

    #[observed(interface = "default")]
    async fn twice(&mut self, version: &str) -> Result<String, String> {
        self.deploy(version).await?;
        self.deploy(version).await
    }
}

struct Service(u32);

#[async_trait]
impl Deploys for Service {
    #[observed(interface = "impl")]
    async fn deploy(&mut self, version: &str) -> Result<String, String> {
        self.0 += 1;
        pause().await;
        if version.is_empty() {
            return Err("which?".to_owned());
        }
        Ok(format!("{version} {}", self.0))
    }
}

#[async_trait(?Send)]
trait Local {
    #[timed(interface = "local", name = "local_seconds", labels(version = version))]
    #[counted(interface = "local")]
    async fn local<T: Clone>(&self, version: &str, value: T) -> T {
        pause().await;
        value.clone()
    }
}

impl Local for () {}

fn run<T>(mut call: Pin<Box<dyn Future<Output = T> + '_>>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    loop {
        sleep(Duration::from_millis(5));
        if let Poll::Ready(value) = call.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn main() {
    let mut service = Service(0);
    drop(service.deploy("never polled"));
    assert_eq!(run(service.deploy("1")).as_deref(), Ok("1 1"));
    assert_eq!(run(service.twice("")).unwrap_err(), "which?");
    assert_eq!(run(service.twice("2")).as_deref(), Ok("2 4"));
    assert_eq!(outcomes("impl"), [("success", 3), ("error", 1)]);
    assert_eq!(outcomes("default"), [("success", 1), ("error", 1)]);
    assert_eq!(count("impl"), Some(4));
    let (calls, took) = seconds("impl");
    assert_eq!(calls, 4);
    assert!(took >= 0.02, "the time is the future's: {took}");

    assert_eq!(run(().local("v1", "x")), "x");
    assert_eq!(count("local"), Some(1));
    let text = tallymark::gather_text();
    assert!(text.contains(r#"local_seconds_count{interface="local",version="v1"} 1"#), "{text}");
}
