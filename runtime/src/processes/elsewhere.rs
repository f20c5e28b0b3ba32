//! Where processes do not count together: there are none to be added up, and somebody may have to be told.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cells::Beside;
use crate::file::{Reason, report};
use crate::multiprocess::directory_of_environment;
use crate::offered::Offered;
use crate::snapshot::Family;

#[derive(Debug)]
pub(crate) enum Processes {}

/// Nobody reads them.
#[derive(Debug)]
#[expect(dead_code, reason = "there are none to be read")]
pub(crate) enum Reading {
    All(Union),
    NotNow,
    Alone,
}

#[derive(Debug)]
pub(crate) enum Union {}

#[derive(Debug)]
pub(crate) enum Usage {}

/// There are none. Where the environment has some count together, this is said, once.
pub(crate) fn of_own() -> Option<&'static Processes> {
    static SAID: AtomicBool = AtomicBool::new(false);
    if !SAID.swap(true, Ordering::Relaxed)
        && let Some(path) = directory_of_environment()
    {
        let path = path.display();
        let problem = "processes count together on Linux only; this one counts alone";
        report(Reason::Directory, &format_args!("{path}: {problem}"));
    }
    None
}

/// Whether a family is of what a process takes of the machine, for all of them to be put in its place.
pub(crate) fn is_usage(_offered: &Offered) -> bool {
    false
}

impl Processes {
    pub(crate) fn read(&self, _with_usage: bool) -> Reading {
        match *self {}
    }
}

impl Union {
    pub(crate) fn take_values(&mut self) -> Beside {
        match *self {}
    }

    pub(crate) fn take_usage(&mut self) -> Option<Usage> {
        match *self {}
    }

    pub(crate) fn replace<'a>(
        &'a self,
        _own: &mut Vec<Family<'a>>,
        _more: bool,
        _shows: impl Fn(bool) -> bool,
    ) {
        match *self {}
    }

    pub(crate) fn has_sample(&self, _name: &str) -> bool {
        match *self {}
    }
}

impl Usage {
    pub(crate) fn of_all(&self) -> Vec<Offered> {
        match *self {}
    }

    pub(crate) fn of_each(&self) -> Vec<Offered> {
        match *self {}
    }
}
