use std::sync::Arc;

use super::cache;
use super::child::Child;
use crate::cells::{Pass, Place};

/// Who counts in a child. It is the way back to the thread's cache, too: there the next call with
/// these values finds it, and no thread waits for another to count references.
#[derive(Debug)]
pub struct Handle(Option<Arc<Child>>);

impl Handle {
    #[inline]
    pub(super) fn new(child: Arc<Child>) -> Self {
        Self(Some(child))
    }

    #[inline]
    pub(crate) fn child(&self) -> &Child {
        self.0.as_deref().expect("taken only when it is dropped or handed on")
    }
}

impl Clone for Handle {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl Drop for Handle {
    #[inline]
    fn drop(&mut self) {
        if let Some(child) = self.0.take() {
            cache::put(child);
        }
    }
}

impl Pass for Handle {
    #[inline]
    fn pass(&mut self) -> Self {
        Self(self.0.take())
    }
}

impl Place for Handle {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        self.child().add(place, count);
    }

    #[inline]
    fn end(&self, place: u32) {
        self.child().end(place);
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        self.child().add_float(place, number);
    }

    #[inline]
    fn slot(&self, place: u32) -> u32 {
        self.child().slot(place)
    }

    #[inline]
    fn count(&self) -> u32 {
        self.child().count()
    }
}
