//! Reading what packs hold by hash: locations, nodes, values and blobs, checked and cached.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use blob_store::ObjectRoot;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use ids::Hash;
use moka::future::Cache;

use crate::index::{self, IndexFile, IndexSet};
use crate::node::Node;
use crate::overlay::Overlay;
use crate::pack::{self, EntryKind, Location, decode_entry, unpack_entry};
use crate::{Commit, Error, Result, commit, gc, tree};

/// Packs that are read at the same time for one request.
const PARALLEL_PACKS: usize = 8;
/// Small index files that may gather before they are merged.
const SMALL_FILES: usize = 16;
/// An index file below this many rows is small.
const SMALL_ROWS: usize = 1 << 16;

/// Commits that are remembered, so that walks through history read each once.
const CACHED_COMMITS: u64 = 10_000;

/// The read side of a store, shared by all handles to it.
#[derive(Debug)]
pub(crate) struct Objects {
    pub(crate) root: ObjectRoot,
    index: RwLock<Arc<IndexSet>>,
    /// Packs that garbage collection is about to delete.
    condemned: RwLock<HashSet<Hash>>,
    nodes: Cache<Hash, Arc<Node>>,
    commits: Cache<Hash, Arc<Commit>>,
    /// Nodes that are not in the store.
    pub(crate) overlay: Overlay,
}

impl Objects {
    pub(crate) fn new(root: ObjectRoot, node_cache_bytes: u64) -> Self {
        let nodes = Cache::builder()
            .max_capacity(node_cache_bytes)
            .weigher(|_, node: &Arc<Node>| node.weight())
            .build();
        let commits = Cache::new(CACHED_COMMITS);
        Self {
            root,
            index: RwLock::default(),
            condemned: RwLock::default(),
            nodes,
            commits,
            overlay: Overlay::new(),
        }
    }

    /// The node without rows, which is stored nowhere.
    fn empty_node(hash: &Hash) -> Option<Result<Arc<Node>>> {
        (*hash == tree::empty_root())
            .then(|| Node::decode(hash, &tree::empty_node_bytes()).map(Arc::new))
    }

    pub(crate) fn index(&self) -> Arc<IndexSet> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where `hash` lies as far as is known without asking the store.
    pub(crate) fn known(&self, hash: &Hash) -> Option<Location> {
        self.index().lookup(hash)
    }

    /// Whether `hash` is known to lie in a pack that will stay: a new commit may rest on it.
    pub(crate) fn is_kept(&self, hash: &Hash) -> bool {
        let condemned = self
            .condemned
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        self.known(hash)
            .is_some_and(|location| !condemned.contains(&location.pack))
    }

    /// Learns which packs are about to be deleted; writers do so before they begin.
    pub(crate) async fn refresh_condemned(&self) -> Result<()> {
        let listed = self.root.list(gc::CONDEMNED).await?;
        let names = listed
            .iter()
            .filter_map(|info| info.path.rsplit('/').next()?.parse().ok())
            .collect();
        *self
            .condemned
            .write()
            .unwrap_or_else(PoisonError::into_inner) = names;
        Ok(())
    }

    /// Writes one index over `entries`; the caller deletes those that it replaces. Its name.
    pub(crate) async fn replace_index(
        &self,
        entries: Vec<(Hash, Location)>,
    ) -> Result<Option<Hash>> {
        if entries.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.write_index(entries).await?.name))
    }

    /// Where `hash` lies; looks for new index files when it is not known.
    pub(crate) async fn locate(&self, kind: EntryKind, hash: &Hash) -> Result<Location> {
        if let Some(location) = self.known(hash) {
            return Ok(location);
        }
        self.refresh().await?;
        self.known(hash).ok_or(Error::Missing {
            what: kind.name(),
            hash: *hash,
        })
    }

    /// Loads index files that were not seen before, and forgets those that are gone.
    pub(crate) async fn refresh(&self) -> Result<()> {
        // A merge may delete files between the listing and the reading: then list again.
        for _ in 0..8 {
            let listed: Vec<Hash> = self
                .root
                .list(index::PREFIX)
                .await?
                .iter()
                .filter_map(|info| {
                    info.path
                        .strip_prefix("index/")?
                        .strip_suffix(".idx")?
                        .parse()
                        .ok()
                })
                .collect();
            let seen = self.index();
            let new: Vec<Hash> = listed
                .iter()
                .copied()
                .filter(|name| !seen.has_file(name))
                .collect();
            let loaded: Result<Vec<Arc<IndexFile>>> = futures::stream::iter(new)
                .map(|name| self.load_index(name))
                .buffer_unordered(PARALLEL_PACKS)
                .try_collect()
                .await;
            match loaded {
                Ok(loaded) => {
                    self.install(&listed, loaded);
                    return Ok(());
                }
                Err(Error::Store(error)) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::damaged(
            "the location index",
            "its files change faster than they can be read",
        ))
    }

    async fn load_index(&self, name: Hash) -> Result<Arc<IndexFile>> {
        let bytes = self.root.get(&index::path(&name)).await?;
        IndexFile::parse(name, &bytes).map(Arc::new)
    }

    fn install(&self, listed: &[Hash], loaded: Vec<Arc<IndexFile>>) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let mut files: Vec<_> = index
            .files
            .iter()
            .filter(|file| listed.contains(&file.name))
            .cloned()
            .collect();
        let new = loaded
            .into_iter()
            .filter(|file| !index.has_file(&file.name));
        files.extend(new);
        *index = Arc::new(IndexSet { files });
    }

    /// Writes an index file over `entries`, and merges the small ones when there are many.
    pub(crate) async fn add_index(&self, entries: Vec<(Hash, Location)>) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let file = self.write_index(entries).await?;
        {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            let mut files = index.files.clone();
            files.push(file);
            *index = Arc::new(IndexSet { files });
        }
        self.merge_small_files().await
    }

    async fn write_index(&self, entries: Vec<(Hash, Location)>) -> Result<Arc<IndexFile>> {
        let (name, bytes) = index::build(entries);
        self.root
            .put_if_absent(&index::path(&name), bytes.clone())
            .await?;
        IndexFile::parse(name, &bytes).map(Arc::new)
    }

    async fn merge_small_files(&self) -> Result<()> {
        let small: Vec<_> = self
            .index()
            .files
            .iter()
            .filter(|file| file.len() < SMALL_ROWS)
            .cloned()
            .collect();
        if small.len() < SMALL_FILES {
            return Ok(());
        }
        let mut entries = Vec::new();
        for file in &small {
            for entry in file.entries() {
                entries.push(entry?);
            }
        }
        let merged = self.write_index(entries).await?;
        // Only now that every row stands in the merged file may the small ones go.
        let gone: Vec<Hash> = small
            .iter()
            .map(|file| file.name)
            .filter(|name| *name != merged.name)
            .collect();
        {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            let kept = index.files.iter().filter(|file| !gone.contains(&file.name));
            let mut files: Vec<_> = kept.cloned().collect();
            files.push(merged);
            *index = Arc::new(IndexSet { files });
        }
        for name in gone {
            self.root.delete(&index::path(&name)).await?;
        }
        Ok(())
    }

    /// Byte ranges of a pack, as stored.
    pub(crate) async fn pack_ranges(
        &self,
        pack: &Hash,
        ranges: &[Range<u64>],
    ) -> Result<Vec<Bytes>> {
        match self.root.get_ranges(&pack::path(pack), ranges).await {
            Ok(parts) => Ok(parts),
            Err(error) if error.is_not_found() => Err(Error::Missing {
                what: "pack",
                hash: *pack,
            }),
            Err(blob_store::Error::ShortObject { .. }) => Err(Error::damaged(
                format!("pack {pack}"),
                "it is shorter than the index says",
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// The content of one entry, checked against its hash unless it is a node.
    pub(crate) async fn entry(&self, kind: EntryKind, hash: &Hash) -> Result<Bytes> {
        let mut entries = self.entries(kind, std::slice::from_ref(hash)).await?;
        entries.pop().ok_or(Error::Missing {
            what: kind.name(),
            hash: *hash,
        })
    }

    /// The content of several entries, in the order asked for; neighbours are read together.
    pub(crate) async fn entries(&self, kind: EntryKind, hashes: &[Hash]) -> Result<Vec<Bytes>> {
        let mut by_pack: HashMap<Hash, Vec<(usize, Location)>> = HashMap::new();
        for (at, hash) in hashes.iter().enumerate() {
            let location = self.locate(kind, hash).await?;
            if location.kind != kind {
                return Err(Error::damaged(
                    format!("{} {hash}", kind.name()),
                    "the index calls it something else",
                ));
            }
            by_pack
                .entry(location.pack)
                .or_default()
                .push((at, location));
        }
        let read = futures::stream::iter(by_pack)
            .map(|(pack, mut wanted)| async move {
                wanted.sort_unstable_by_key(|(_, location)| location.offset);
                let ranges: Vec<_> = wanted
                    .iter()
                    .map(|(_, location)| location.range())
                    .collect();
                let parts = self.pack_ranges(&pack, &ranges).await?;
                Ok::<_, Error>(wanted.into_iter().zip(parts))
            })
            .buffer_unordered(PARALLEL_PACKS);
        let mut found = vec![Bytes::new(); hashes.len()];
        let mut read = std::pin::pin!(read);
        while let Some(parts) = read.next().await {
            for ((at, location), stored) in parts? {
                // Nodes are checked as they are decoded, once.
                let open = match kind {
                    EntryKind::Node => unpack_entry,
                    EntryKind::Blob | EntryKind::Value => decode_entry,
                };
                found[at] = open(&hashes[at], &location, stored)?;
            }
        }
        Ok(found)
    }

    /// A commit by its hash.
    pub(crate) async fn commit(&self, hash: &Hash) -> Result<Arc<Commit>> {
        if let Some(commit) = self.commits.get(hash).await {
            return Ok(commit);
        }
        let bytes = self.root.get_opt(&commit::path(hash)).await?;
        let bytes = bytes.ok_or(Error::Missing {
            what: "commit",
            hash: *hash,
        })?;
        let commit = Arc::new(Commit::decode(hash, &bytes)?);
        self.commits.insert(*hash, Arc::clone(&commit)).await;
        Ok(commit)
    }

    /// Asks the store itself, as a commit that was read before may have been collected since.
    pub(crate) async fn check_commit_is_there(&self, hash: &Hash) -> Result<()> {
        match self.root.head(&commit::path(hash)).await? {
            Some(_) => Ok(()),
            None => Err(Error::Missing {
                what: "commit",
                hash: *hash,
            }),
        }
    }

    /// Learns what a writer must know before it begins: which packs are about to be deleted, and then
    /// which are gone. The other way round, one deleted in between would still seem to be there.
    pub(crate) async fn refresh_for_writing(&self) -> Result<()> {
        self.refresh_condemned().await?;
        self.refresh().await
    }

    /// Forgets commits that were deleted.
    pub(crate) fn forget_commits(&self) {
        self.commits.invalidate_all();
    }

    /// One tree node.
    pub(crate) async fn node(&self, hash: &Hash) -> Result<Arc<Node>> {
        if let Some(node) = self.nodes.get(hash).await {
            return Ok(node);
        }
        if let Some(made) = self.overlay.node(hash) {
            return Ok(made);
        }
        if let Some(empty) = Self::empty_node(hash) {
            return empty;
        }
        let raw = self.entry(EntryKind::Node, hash).await?;
        let node = Arc::new(Node::decode(hash, &raw)?);
        self.nodes.insert(*hash, Arc::clone(&node)).await;
        Ok(node)
    }

    /// Several tree nodes, in the order asked for.
    pub(crate) async fn nodes(&self, hashes: &[Hash]) -> Result<Vec<Arc<Node>>> {
        let mut found: Vec<Option<Arc<Node>>> = Vec::with_capacity(hashes.len());
        let mut missing = Vec::new();
        for hash in hashes {
            let cached = self
                .nodes
                .get(hash)
                .await
                .or_else(|| self.overlay.node(hash));
            if cached.is_none() {
                missing.push(*hash);
            }
            found.push(cached);
        }
        let mut read = Vec::with_capacity(missing.len());
        for (hash, raw) in missing
            .iter()
            .zip(self.entries(EntryKind::Node, &missing).await?)
        {
            let node = Arc::new(Node::decode(hash, &raw)?);
            self.nodes.insert(*hash, Arc::clone(&node)).await;
            read.push(node);
        }
        let mut read = read.into_iter();
        Ok(found
            .into_iter()
            .filter_map(|cached| cached.or_else(|| read.next()))
            .collect())
    }
}
