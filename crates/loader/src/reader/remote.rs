//! Packs behind S3 or a server, read by ranges.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use ids::Hash;
use tokio::sync::watch;
use version_store::{Location, Store};

use super::Want;
use crate::dataset::OpenOptions;
use crate::link::Link;
use crate::{Error, Result};

/// Packs that one batch is read from at the same time.
const PARALLEL_PACKS: usize = 16;

/// Reads blobs by ranges. Clones share the connection.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    shared: Arc<Shared>,
    cancelled: watch::Sender<bool>,
}

#[derive(Debug)]
struct Shared {
    options: OpenOptions,
    link: Mutex<Arc<Link>>,
}

impl Remote {
    pub(crate) fn new(link: Link, options: OpenOptions) -> Self {
        // The same version again, should a forked process have to connect anew.
        let options = OpenOptions {
            dataset: Some(link.dataset().to_owned()),
            reference: link.commit().to_string(),
            ..options
        };
        Self {
            shared: Arc::new(Shared {
                options,
                link: Mutex::new(Arc::new(link)),
            }),
            cancelled: watch::Sender::new(false),
        }
    }

    pub(crate) fn for_iteration(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            cancelled: watch::Sender::new(false),
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.send_replace(true);
    }

    pub(crate) fn read(&self, wants: &[Want<'_>]) -> Result<Vec<Bytes>> {
        if wants.is_empty() {
            return Ok(Vec::new());
        }
        let link = self.shared.link()?;
        let mut cancelled = self.cancelled.subscribe();
        link.run(async {
            tokio::select! {
                _ = cancelled.wait_for(|cancelled| *cancelled) => Err(Error::Cancelled),
                read = read(link.store(), wants) => read,
            }
        })
    }
}

impl Shared {
    fn link(&self) -> Result<Arc<Link>> {
        let mut link = self.link.lock().unwrap_or_else(PoisonError::into_inner);
        if !link.is_ours() {
            let OpenOptions {
                url,
                access,
                dataset,
                reference,
                ..
            } = &self.options;
            *link = Arc::new(Link::open(url, access, dataset.as_deref(), reference)?);
        }
        Ok(Arc::clone(&link))
    }
}

async fn read(store: &Store, wants: &[Want<'_>]) -> Result<Vec<Bytes>> {
    let hashes: Vec<Hash> = wants.iter().map(|want| want.hash).collect();
    let mut by_pack: HashMap<Hash, Vec<(usize, Location)>> = HashMap::new();
    let mut apart = Vec::new();
    for (index, location) in store.locate_many(&hashes).await?.into_iter().enumerate() {
        if location.is_here() {
            let of_pack = by_pack.entry(location.pack).or_default();
            of_pack.push((index, location));
        } else {
            apart.push((index, location.pack));
        }
    }
    let parts: Vec<Vec<(usize, Bytes)>> = futures::stream::iter(by_pack)
        .map(|(pack, wanted)| read_pack(store, wants, pack, wanted))
        .buffer_unordered(PARALLEL_PACKS)
        .try_collect()
        .await?;
    let mut found = vec![Bytes::new(); wants.len()];
    for (index, bytes) in parts.into_iter().flatten() {
        found[index] = bytes;
    }
    for (index, pack) in apart {
        let want = &wants[index];
        found[index] = store.blob(&want.hash).await.map_err(|error| match error {
            version_store::Error::Damaged { .. } => want.damaged(&pack, error),
            other => other.into(),
        })?;
    }
    Ok(found)
}

async fn read_pack(
    store: &Store,
    wants: &[Want<'_>],
    pack: Hash,
    mut wanted: Vec<(usize, Location)>,
) -> Result<Vec<(usize, Bytes)>> {
    wanted.sort_unstable_by_key(|(_, location)| location.offset);
    let ranges: Vec<_> = wanted
        .iter()
        .map(|(_, location)| location.range())
        .collect();
    let stored = store.read_pack_ranges(&pack, &ranges).await?;
    let mut read = Vec::with_capacity(wanted.len());
    for ((index, location), stored) in wanted.into_iter().zip(stored) {
        let want = &wants[index];
        let raw = match Store::unpack_blob(&want.hash, &location, stored) {
            Ok(raw) => raw,
            // Bytes can be damaged on the way: ask once more before giving up on the pack.
            Err(_) => {
                let mut again = store.read_pack_ranges(&pack, &[location.range()]).await?;
                let stored = again.pop().unwrap_or_default();
                Store::unpack_blob(&want.hash, &location, stored)
                    .map_err(|error| want.damaged(&pack, error))?
            }
        };
        read.push((index, raw));
    }
    Ok(read)
}
