//! What those above a registry keep for it.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

/// One value of each type that is asked for; a registry does not know them.
#[derive(Debug, Default)]
pub(crate) struct Attached(Mutex<Vec<Arc<dyn Any + Send + Sync>>>);

impl Attached {
    /// The value of that type, made at its first use.
    pub(crate) fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = all.iter().find_map(|any| Arc::clone(any).downcast().ok()) {
            return found;
        }
        let new = Arc::<T>::default();
        all.push(Arc::clone(&new) as Arc<dyn Any + Send + Sync>);
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_of_each_type() {
        let attached = Attached::default();
        let [a, b] = [(); 2].map(|()| attached.get::<Mutex<u8>>());
        assert!(Arc::ptr_eq(&a, &b));
        *a.lock().expect("no panic") = 7;
        assert_eq!(*attached.get::<Mutex<u16>>().lock().expect("no panic"), 0);
    }
}
