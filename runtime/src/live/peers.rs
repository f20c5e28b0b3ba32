use std::sync::Arc;
use std::time::Duration;

use super::error::PeerError;
use super::peer::Peer;
use crate::http::{Exposition, ScrapeRequest, ScrapeResponse};

/// The other instances, and how they are asked.
#[derive(Clone, Debug)]
pub(crate) struct Peers {
    all: Arc<[Peer]>,
    pub(crate) timeout: Duration,
}

impl Default for Peers {
    fn default() -> Self {
        Self { all: Arc::default(), timeout: Duration::from_secs(2) }
    }
}

impl Peers {
    pub(crate) fn set<T: AsRef<str>>(
        &mut self,
        urls: impl IntoIterator<Item = T>,
    ) -> Result<(), PeerError> {
        self.all = urls.into_iter().map(|url| Peer::new(url.as_ref())).collect::<Result<_, _>>()?;
        Ok(())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|peer| &*peer.name)
    }

    /// What the one of that number answers. No others are asked.
    pub(super) fn answer(
        &self,
        number: &str,
        exposition: &Exposition,
        request: &ScrapeRequest,
    ) -> ScrapeResponse {
        let peer = number.parse().ok().and_then(|number: usize| self.all.get(number));
        match peer {
            Some(peer) => {
                // For one page there is always room.
                let most = exposition.max_scrapes.max(self.all.len());
                peer.answer(exposition, request, most, self.timeout)
            }
            None => ScrapeResponse::text(404, "no such peer\n"),
        }
    }
}
