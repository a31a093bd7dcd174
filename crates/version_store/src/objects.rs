//! Reading what packs hold by hash: locations, nodes, values and blobs, checked and cached.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use blob_store::{ObjectRoot, StoreAccess};
use bytes::Bytes;
use futures::StreamExt;
use ids::Hash;
use moka::future::Cache;
use moka::policy::EvictionPolicy;

use crate::external::Buckets;
use crate::index::{self, Blocks, Class, IndexFile, IndexSet, Merge};
use crate::node::Node;
use crate::overlay::Overlay;
use crate::pack::{self, EntryKind, Location, decode_entry, unpack_entry};
use crate::{Commit, Error, Result, StoreOptions, commit, gc, tree};

/// Packs that are read at the same time for one request.
const PARALLEL_PACKS: usize = 8;
/// Times that index files may vanish under a lookup before it gives up.
const REFRESHES: usize = 8;
/// Commits that are remembered, so that walks through history read each once.
const CACHED_COMMITS: u64 = 10_000;

/// The read side of a store, shared by all handles to it.
#[derive(Debug)]
pub(crate) struct Objects {
    pub(crate) root: ObjectRoot,
    /// For blobs that lie outside the store.
    pub(crate) access: StoreAccess,
    pub(crate) buckets: Buckets,
    index: RwLock<Arc<IndexSet>>,
    /// Parts of large index files that are not at hand.
    blocks: Blocks,
    /// Packs that garbage collection is about to delete.
    condemned: RwLock<HashSet<Hash>>,
    nodes: Cache<Hash, Arc<Node>>,
    commits: Cache<Hash, Arc<Commit>>,
    /// Nodes that are not in the store.
    pub(crate) overlay: Overlay,
}

impl Objects {
    pub(crate) fn new(root: ObjectRoot, options: &StoreOptions) -> Self {
        let nodes = Cache::builder()
            .max_capacity(options.node_cache_bytes)
            // What was read last is walked next, also in versions that take more than this.
            .eviction_policy(EvictionPolicy::lru())
            .weigher(|_, node: &Arc<Node>| node.weight())
            .build();
        let commits = Cache::new(CACHED_COMMITS);
        Self {
            root,
            access: options.access.clone(),
            buckets: Buckets::default(),
            index: RwLock::default(),
            blocks: Blocks::default(),
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

    /// Where hashes lie as far as is known, in the order asked for.
    pub(crate) async fn find_many(
        &self,
        class: Class,
        hashes: &[Hash],
    ) -> Result<Vec<Option<Location>>> {
        // A file that was merged into another is gone: then the other one has its rows.
        for _ in 0..REFRESHES {
            let index = self.index();
            let place = (&self.root, &self.blocks);
            match index.lookup_many(place, class, hashes).await {
                Err(Error::Store(error)) if error.is_not_found() => self.refresh().await?,
                found => return found,
            }
        }
        Err(index_unsteady())
    }

    /// Where hashes are known to lie in packs that will stay: a new commit may rest on them.
    pub(crate) async fn kept_places(
        &self,
        kind: EntryKind,
        hashes: &[Hash],
    ) -> Result<Vec<Option<Location>>> {
        let mut found = self.find_many(kind.class(), hashes).await?;
        let condemned = self
            .condemned
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        for place in &mut found {
            *place = place.filter(|location| !condemned.contains(&location.pack));
        }
        Ok(found)
    }

    /// As [`Objects::kept_places`], of one.
    pub(crate) async fn kept_place(
        &self,
        kind: EntryKind,
        hash: &Hash,
    ) -> Result<Option<Location>> {
        let places = self.kept_places(kind, std::slice::from_ref(hash)).await?;
        Ok(places.first().copied().flatten())
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

    /// Packs that are about to be deleted, as far as is known.
    pub(crate) fn condemned(&self) -> HashSet<Hash> {
        let condemned = self.condemned.read();
        condemned.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where `hash` lies; looks for new index files when it is not known.
    pub(crate) async fn locate(&self, kind: EntryKind, hash: &Hash) -> Result<Location> {
        let mut found = self.locate_many(kind, std::slice::from_ref(hash)).await?;
        found.pop().ok_or(Error::Missing {
            what: kind.name(),
            hash: *hash,
        })
    }

    /// Where hashes lie, in the order asked for; looks for new index files when one is not known.
    pub(crate) async fn locate_many(
        &self,
        kind: EntryKind,
        hashes: &[Hash],
    ) -> Result<Vec<Location>> {
        let mut found = self.find_many(kind.class(), hashes).await?;
        if found.contains(&None) {
            self.refresh().await?;
            found = self.find_many(kind.class(), hashes).await?;
        }
        let place = |(place, hash): (Option<Location>, &Hash)| {
            let (what, hash) = (kind.name(), *hash);
            let place = place.ok_or(Error::Missing { what, hash })?;
            if place.kind == kind {
                return Ok(place);
            }
            Err(Error::damaged(
                format!("{what} {hash}"),
                "the index calls it something else",
            ))
        };
        found.into_iter().zip(hashes).map(place).collect()
    }

    /// Looks which index files there are. None is opened before it is needed.
    pub(crate) async fn refresh(&self) -> Result<()> {
        let listed = self.root.list(index::PREFIX).await?;
        let listed = listed.iter().filter_map(|info| {
            let (class, name) = index::name_of(&info.path)?;
            Some((class, name, info.bytes))
        });
        let listed: Vec<_> = listed.collect();
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let mut files = index.files.clone();
        let there: HashSet<_> = listed
            .iter()
            .map(|(class, name, _)| (*class, *name))
            .collect();
        files.retain(|file| there.contains(&(file.class, file.name)));
        for (class, name, bytes) in listed {
            if !index.has_file(class, &name) {
                files.push(Arc::new(IndexFile::new(class, name, bytes)));
            }
        }
        *index = Arc::new(IndexSet { files });
        Ok(())
    }

    /// Writes an index file over `entries`, and merges files when there are many.
    pub(crate) async fn add_index(&self, entries: Vec<(Hash, Location)>) -> Result<()> {
        if !entries.is_empty() {
            let class = Class::of_all(&entries);
            let (name, bytes) = index::build(class, entries);
            let path = index::path(class, &name);
            self.root.put_if_absent(&path, bytes.clone()).await?;
            let file = IndexFile::of_bytes(class, name, &bytes)?;
            self.exchange(&[], vec![file]);
        }
        while let Some(files) = self.index().to_merge() {
            self.rewrite_index(&files, &HashSet::new()).await?;
        }
        Ok(())
    }

    /// Makes one index file of several, or one each for blobs and nodes, without the rows that name a
    /// pack of `without`.
    pub(crate) async fn rewrite_index(
        &self,
        files: &[Arc<IndexFile>],
        without: &HashSet<Hash>,
    ) -> Result<()> {
        let Some(class) = files.first().map(|file| file.class) else {
            return Ok(());
        };
        let mut held = Vec::with_capacity(files.len());
        for file in files {
            held.push(file.whole(&self.root).await?);
        }
        let mut new = Vec::new();
        for class in class.merged() {
            let (held, without) = (held.clone(), without.clone());
            let merged = tokio::task::spawn_blocking(move || {
                let merge = Merge::new(*class, held, &without)?;
                let name = merge.name();
                Ok::<_, Error>((merge, name))
            });
            let (merge, name) = merged
                .await
                .map_err(|error| Error::damaged("a new index", error.to_string()))??;
            if !merge.is_empty() {
                let path = index::path(*class, &name);
                let pieces = futures::stream::iter(merge.pieces().map(Ok));
                self.root.put_stream(&path, pieces).await?;
                new.push(IndexFile::new(*class, name, merge.bytes()));
            }
        }
        // Only now that every row stands in a new file may the old ones go.
        let gone: Vec<Hash> = files
            .iter()
            .map(|file| file.name)
            .filter(|old| new.iter().all(|new| new.name != *old))
            .collect();
        self.exchange(&gone, new);
        for name in gone {
            self.root.delete(&index::path(class, &name)).await?;
        }
        Ok(())
    }

    /// Puts files in the place of others.
    fn exchange(&self, gone: &[Hash], new: Vec<IndexFile>) {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let kept = index.files.iter().filter(|file| {
            let is_new = new.iter().any(|new| new.name == file.name);
            !gone.contains(&file.name) && !is_new
        });
        let mut files: Vec<_> = kept.cloned().collect();
        files.extend(new.into_iter().map(Arc::new));
        *index = Arc::new(IndexSet { files });
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
        let places = self.locate_many(kind, hashes).await?;
        let wanted: Vec<_> = hashes.iter().copied().zip(places).collect();
        self.read_many(&wanted).await
    }

    /// The content of entries that lie at these places, in the order asked for.
    pub(crate) async fn read_many(&self, wanted: &[(Hash, Location)]) -> Result<Vec<Bytes>> {
        let mut by_pack: HashMap<Hash, Vec<usize>> = HashMap::new();
        for (at, (_, place)) in wanted.iter().enumerate() {
            by_pack.entry(place.pack).or_default().push(at);
        }
        let read = futures::stream::iter(by_pack)
            .map(|(pack, mut of_pack)| async move {
                of_pack.sort_unstable_by_key(|at| wanted[*at].1.offset);
                let ranges: Vec<_> = of_pack.iter().map(|at| wanted[*at].1.range()).collect();
                let parts = self.pack_ranges(&pack, &ranges).await?;
                Ok::<_, Error>(of_pack.into_iter().zip(parts))
            })
            .buffer_unordered(PARALLEL_PACKS);
        let mut found = vec![Bytes::new(); wanted.len()];
        let mut read = std::pin::pin!(read);
        while let Some(parts) = read.next().await {
            for (at, stored) in parts? {
                let (hash, place) = &wanted[at];
                // Nodes are checked as they are decoded, once.
                let open = match place.kind {
                    EntryKind::Node => unpack_entry,
                    _ => decode_entry,
                };
                found[at] = open(hash, place, stored)?;
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

    /// Forgets what was read and made, and has or may have rows with such keys.
    pub(crate) fn forget_rows(&self, is_erased: impl Fn(&[u8]) -> bool) {
        self.nodes.invalidate_all();
        self.overlay.forget(is_erased);
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
        self.read_nodes(hashes, true).await
    }

    /// As [`Objects::nodes`], of nodes that will hardly be asked for again: they are not remembered.
    pub(crate) async fn nodes_once(&self, hashes: &[Hash]) -> Result<Vec<Arc<Node>>> {
        self.read_nodes(hashes, false).await
    }

    async fn read_nodes(&self, hashes: &[Hash], is_remembered: bool) -> Result<Vec<Arc<Node>>> {
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
            if is_remembered {
                self.nodes.insert(*hash, Arc::clone(&node)).await;
            }
            read.push(node);
        }
        let mut read = read.into_iter();
        Ok(found
            .into_iter()
            .filter_map(|cached| cached.or_else(|| read.next()))
            .collect())
    }
}

fn index_unsteady() -> Error {
    Error::damaged(
        "the location index",
        "its files change faster than they can be read",
    )
}
