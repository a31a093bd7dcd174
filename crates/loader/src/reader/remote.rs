//! Packs behind S3 or a server: the connection, which a forked process makes anew, and how reads are cancelled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use ids::Hash;
use tokio::sync::watch;

use super::Want;
use super::fetch::Fetch;
use crate::cache::{Cache, CacheReport};
use crate::dataset::OpenOptions;
use crate::link::Link;
use crate::{Error, Result};

/// Reads blobs by ranges. Clones share the connection.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    shared: Arc<Shared>,
    cache: Option<Cache>,
    in_blocks: bool,
    cancelled: watch::Sender<bool>,
}

#[derive(Debug)]
struct Shared {
    options: OpenOptions,
    link: Mutex<Arc<Link>>,
    pack_lens: Mutex<HashMap<Hash, u64>>,
}

impl Remote {
    /// # Errors
    /// [`Error::Cache`] when there is to be a cache and it can't be opened.
    pub(crate) fn new(link: Link, options: OpenOptions) -> Result<Self> {
        let cache = options.cache.as_ref().map(Cache::open).transpose()?;
        // The same version again, should a forked process have to connect anew.
        let options = OpenOptions {
            dataset: Some(link.dataset().to_owned()),
            reference: link.commit().to_string(),
            ..options
        };
        Ok(Self {
            shared: Arc::new(Shared {
                options,
                link: Mutex::new(Arc::new(link)),
                pack_lens: Mutex::default(),
            }),
            cache,
            in_blocks: false,
            cancelled: watch::Sender::new(false),
        })
    }

    /// For an iteration that wants most of the version's bytes, or only some here and there.
    pub(crate) fn for_iteration(&self, wants_most: bool) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            cache: self.cache.as_ref().map(Cache::for_iteration),
            in_blocks: wants_most,
            cancelled: watch::Sender::new(false),
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    pub(crate) fn cache_report(&self) -> Option<CacheReport> {
        self.cache.as_ref().map(Cache::report)
    }

    pub(crate) fn read(&self, wants: &[Want<'_>]) -> Result<Vec<Bytes>> {
        if wants.is_empty() {
            return Ok(Vec::new());
        }
        let link = self.shared.link()?;
        let mut cancelled = self.cancelled.subscribe();
        let fetch = Fetch {
            store: link.store(),
            cache: self.cache.as_ref(),
            pack_lens: &self.shared.pack_lens,
            in_blocks: self.in_blocks,
        };
        link.run(async {
            tokio::select! {
                _ = cancelled.wait_for(|cancelled| *cancelled) => Err(Error::Cancelled),
                read = fetch.read(wants) => read,
            }
        })
    }
}

impl Shared {
    fn link(&self) -> Result<Arc<Link>> {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if !link.is_ours() {
            *link = Arc::new(Link::open(&self.options)?);
        }
        Ok(Arc::clone(&link))
    }
}
