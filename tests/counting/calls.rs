use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use tallymark::{counted, in_flight};

/// Calls of an annotated function that are under way.
#[derive(Debug, Default)]
pub(crate) struct Calls(Vec<(Sender<()>, JoinHandle<()>)>);

#[counted(interface = "/call")]
#[in_flight(interface = "/call")]
fn call(begun: &Sender<()>, end: &Receiver<()>) {
    begun.send(()).expect("somebody waits");
    // Also when nobody is there any more to end it.
    let _ = end.recv();
}

impl Calls {
    /// Begins one.
    pub(crate) fn begin(&mut self) {
        let (begun, begins) = mpsc::channel();
        let (end, ends) = mpsc::channel();
        let thread = thread::spawn(move || call(&begun, &ends));
        begins.recv().expect("it begins");
        self.0.push((end, thread));
    }

    /// They are those of the process that this one is a copy of.
    pub(crate) fn forget(&mut self) {
        std::mem::forget(std::mem::take(self));
    }

    /// Ends the one that began last.
    pub(crate) fn end(&mut self) -> Result<(), String> {
        let (end, thread) = self.0.pop().ok_or("no call is under way")?;
        drop(end);
        thread.join().map_err(|_| "it panicked".to_owned())
    }
}
