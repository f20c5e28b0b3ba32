use std::sync::{Mutex, MutexGuard, PoisonError};

/// A list that is never locked while memory is allocated or freed: an allocator may count, and come
/// by here.
#[derive(Debug)]
pub(crate) struct List<T>(Mutex<Vec<T>>);

impl<T> List<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub(crate) fn push(&self, item: T) {
        // Declared ahead of the guard, to be dropped behind it.
        let mut spare = Vec::new();
        loop {
            let mut list = self.lock();
            if list.len() == list.capacity() && spare.capacity() > list.len() {
                spare.append(&mut list);
                std::mem::swap(&mut *list, &mut spare);
            }
            if list.len() < list.capacity() {
                list.push(item);
                return;
            }
            let room = list.len() * 2 + 16;
            drop(list);
            spare = Vec::with_capacity(room);
        }
    }

    /// Takes out the last item that fits.
    pub(crate) fn take(&self, fits: impl Fn(&T) -> bool) -> Option<T> {
        let mut list = self.lock();
        let at = list.iter().rposition(fits)?;
        Some(list.swap_remove(at))
    }

    /// The items as they are now, of which those that do not fit are forgotten.
    pub(crate) fn copy(&self, fits: impl Fn(&T) -> bool) -> Vec<T>
    where
        T: Clone,
    {
        let mut copy = Vec::new();
        let mut dropped = Vec::new();
        loop {
            let mut list = self.lock();
            if copy.capacity() >= list.len() && dropped.capacity() >= list.len() {
                dropped.extend(list.extract_if(.., |item| !fits(item)));
                copy.extend(list.iter().cloned());
                return copy;
            }
            let room = list.len();
            drop(list);
            copy.reserve(room);
            dropped.reserve(room);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_what_is_pushed_until_it_is_taken() {
        let list = List::new();
        for number in 0..100 {
            list.push(number);
        }
        assert_eq!(list.take(|number| number % 7 == 0), Some(98));
        assert_eq!(list.take(|number| *number > 1000), None);
        let odd = list.copy(|number| number % 2 == 1);
        assert_eq!(odd, list.copy(|_| true));
        assert_eq!(odd.len(), 50);
    }
}
