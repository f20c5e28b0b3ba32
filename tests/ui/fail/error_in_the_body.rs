use std::future::Future;
use std::pin::Pin;

use tallymark::{counted, observed, timed};

struct Refused;

// The attributes are right; the mistakes are the user's, and are shown where they are.
#[counted(interface = "/deploy")]
async fn deploy(version: &str) -> usize {
    let version = version.to_owned();
    version
}

#[counted(interface = "/rollback")]
fn rollback() -> String {}

#[observed(interface = "/sync")]
fn sync(early: bool) -> Result<u8, Refused> {
    if early {
        return Err(1);
    }
    "2".parse::<u8>()?;
    Ok("3")
}

#[observed(interface = "/async")]
async fn asynchronous() -> Result<u8, Refused> {
    "2".parse::<u8>()?;
    Ok("3")
}

#[observed(interface = "/empty")]
async fn empty() -> u8 {}

#[timed(interface = "/boxed")]
fn boxed(text: &str) -> Pin<Box<dyn Future<Output = usize> + '_>> {
    Box::pin(async move { text })
}

#[counted(interface = "/label", name = "label_total", labels(of = order.nothing))]
fn label(order: (u8,)) {}

struct Hidden;

#[counted(interface = "/hidden", name = "hidden_total", labels(of = hidden))]
fn hidden(hidden: Hidden) {}

#[counted(interface = "/moved", name = "moved_total", labels(of = text.into_boxed_str()))]
fn moved(text: String) -> usize {
    text.len()
}

fn main() {}
