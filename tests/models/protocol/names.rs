use std::fmt;

/// Names of files, or numbers of processes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Names(u8);

impl Names {
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn with(self, name: usize) -> Self {
        Self(self.0 | 1 << name)
    }

    pub(crate) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    pub(crate) fn both(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    pub(crate) fn has(self, name: usize) -> bool {
        self.0 & 1 << name != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = usize> {
        (0..8).filter(move |name| self.has(*name))
    }

    /// Takes out the first one.
    pub(crate) fn pop(&mut self) -> Option<usize> {
        let first = self.iter().next()?;
        self.0 &= !(1 << first);
        Some(first)
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
