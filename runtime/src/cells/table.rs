use super::page::Page;
use super::sync::OnceLock;

/// A thread's cells for the slots that come at run time: its pages, by number, so far as it has
/// written them.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) pages: Box<[OnceLock<&'static Page>]>,
}

/// The smallest table.
const SMALLEST: usize = 16;

impl Table {
    /// A table that has a place for that page.
    pub(super) fn with(page: usize) -> Self {
        let places = (page + 1).next_power_of_two().max(SMALLEST);
        Self { pages: (0..places).map(|_| OnceLock::new()).collect() }
    }

    pub(super) fn has(&self, page: usize) -> bool {
        page < self.pages.len()
    }

    /// Gives the page its cells, if there are some; for the owner alone.
    pub(super) fn fill(&self, number: usize, cells: impl FnOnce() -> Option<&'static Page>) {
        if let Some(place) = self.pages.get(number)
            && place.get().is_none()
            && let Some(page) = cells()
        {
            place.set(page).expect("no one but its owner fills a table");
        }
    }
}
