//! Versions whose nodes are not in the store: readers make them again in memory.
//!
//! A commit of few rows writes its change segment and no nodes. Whoever reads it begins at the
//! nearest ancestor whose roots are there and applies the segments since; the roots in the commit
//! say whether that was done right. What was made lives as long as someone holds it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use futures::{StreamExt, TryStreamExt};
use ids::Hash;
use moka::future::Cache;

use crate::commit::Roots;
use crate::held::Held;
use crate::index::Class;
use crate::node::Node;
use crate::objects::Objects;
use crate::pack_writer::PackWriter;
use crate::segment::{self, RowEdits, Segment};
use crate::tree::{Edit, Leaves, NodeSink, TreeWriter, WRITTEN_TOGETHER, empty_root};
use crate::{Commit, Error, Result};

/// So many commits may follow each other without nodes.
const MAX_COMMITS: u32 = 64;
/// So many rows may be changed since nodes were written.
const MAX_ROWS: u64 = 4096;
/// A commit that writes its nodes keeps a segment of up to so many rows beside them, for whoever
/// compares and merges.
pub(crate) const MAX_KEPT_ROWS: usize = 1 << 16;
/// Such a segment takes at most this part of what the nodes take.
pub(crate) const KEPT_PART: u64 = 8;
/// A commit may move so many rows with their folders; a reader makes them all again.
const MAX_MOVED_ROWS: u64 = 1 << 18;
/// Memory for versions that nobody holds just now.
const RECENT_BYTES: u64 = 64 * 1024 * 1024;
/// Segments that are read at the same time.
pub(crate) const PARALLEL_SEGMENTS: usize = 16;

/// A node in memory with its name.
pub(crate) type NamedNode = (Hash, Arc<Node>);

/// The nodes of a version that are not in the store. While it is held they can be read.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) roots: Roots,
    nodes: Vec<NamedNode>,
    /// The version that this one was made from, if that has such nodes too.
    below: Option<Arc<Made>>,
    /// Commits since nodes were written.
    pub(crate) commits: u32,
    /// Rows changed and moved since then.
    pub(crate) rows: u64,
}

impl Made {
    /// A version that is in the store as a whole.
    pub(crate) fn whole(roots: Roots) -> Arc<Self> {
        Arc::new(Self {
            roots,
            nodes: Vec::new(),
            below: None,
            commits: 0,
            rows: 0,
        })
    }

    /// Whether all nodes are in the store.
    pub(crate) fn is_whole(&self) -> bool {
        self.commits == 0
    }

    /// Whether another commit of so many rows may follow without nodes.
    pub(crate) fn leaves_room_for(&self, rows: u64, moved: u64) -> bool {
        self.commits < MAX_COMMITS && self.rows + rows <= MAX_ROWS && moved <= MAX_MOVED_ROWS
    }

    /// The version that comes of this one by another commit.
    pub(crate) fn followed_by(
        self: &Arc<Self>,
        roots: Roots,
        nodes: Vec<NamedNode>,
        rows: u64,
    ) -> Arc<Self> {
        Arc::new(Self {
            roots,
            nodes,
            below: (!self.is_whole()).then(|| Arc::clone(self)),
            commits: self.commits + 1,
            rows: self.rows + rows,
        })
    }

    fn bytes(&self) -> u32 {
        let nodes = self.nodes.iter().map(|(_, node)| node.weight());
        nodes.fold(128, u32::saturating_add)
    }

    fn all_nodes(&self) -> HashMap<Hash, &Arc<Node>> {
        let mut all = HashMap::new();
        let mut next = Some(self);
        while let Some(made) = next {
            all.extend(made.nodes.iter().map(|(hash, node)| (*hash, node)));
            next = made.below.as_deref();
        }
        all
    }

    /// Writes the nodes that the version needs, children before their parents.
    pub(crate) async fn write(&self, packs: &mut PackWriter) -> Result<()> {
        let nodes = self.all_nodes();
        let mut order = Vec::new();
        let mut seen = HashSet::new();
        let mut open = self.roots.all().to_vec();
        while let Some(hash) = open.pop() {
            // What was not made is in the store with all that lies beneath it.
            let Some(node) = nodes.get(&hash) else {
                continue;
            };
            if !seen.insert(hash) {
                continue;
            }
            order.push((node.level, hash));
            if node.level > 0 {
                open.extend((0..node.len()).map(|row| node.child(row).hash));
            }
        }
        order.sort_unstable();
        for part in order.chunks(WRITTEN_TOGETHER) {
            let node = |(_, hash): &(u8, Hash)| (*hash, Arc::clone(nodes[hash]));
            packs
                .put_nodes(&part.iter().map(node).collect::<Vec<_>>())
                .await?;
        }
        Ok(())
    }
}

/// Finds made nodes by name while someone holds them.
#[derive(Debug)]
pub(crate) struct Overlay {
    nodes: RwLock<WeakNodes>,
    recent: Cache<Hash, Arc<Made>>,
}

#[derive(Debug, Default)]
struct WeakNodes {
    by_hash: HashMap<Hash, Weak<Node>>,
    sweep_at: usize,
}

impl Overlay {
    pub(crate) fn new() -> Self {
        let recent = Cache::builder()
            .max_capacity(RECENT_BYTES)
            .weigher(|_, made: &Arc<Made>| made.bytes())
            .build();
        Self {
            nodes: RwLock::default(),
            recent,
        }
    }

    /// A made node that someone holds.
    pub(crate) fn node(&self, hash: &Hash) -> Option<Arc<Node>> {
        let nodes = self.nodes.read().unwrap_or_else(PoisonError::into_inner);
        nodes.by_hash.get(hash)?.upgrade()
    }

    /// Makes nodes readable by name for as long as they are held. A node that someone else made
    /// too is shared with him, so that it stays whoever lets go first.
    pub(crate) fn show(&self, made: &mut [NamedNode]) {
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        for (hash, node) in made {
            match nodes.by_hash.get(hash).and_then(Weak::upgrade) {
                Some(shared) => *node = shared,
                None => _ = nodes.by_hash.insert(*hash, Arc::downgrade(node)),
            }
        }
        if nodes.by_hash.len() > nodes.sweep_at {
            nodes.by_hash.retain(|_, node| node.strong_count() > 0);
            nodes.sweep_at = nodes.by_hash.len() * 2 + 1024;
        }
    }

    /// Forgets versions that were made, and leaves with such keys also where someone holds them.
    pub(crate) fn forget(&self, is_erased: impl Fn(&[u8]) -> bool) {
        self.recent.invalidate_all();
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        nodes.by_hash.retain(|_, node| {
            let Some(node) = node.upgrade() else {
                return false;
            };
            node.level > 0 || !(0..node.len()).any(|row| is_erased(node.key(row)))
        });
    }

    /// Remembers a version that was made, for whoever comes next.
    pub(crate) async fn remember(&self, commit: &Hash, made: &Arc<Made>) {
        self.recent.insert(*commit, Arc::clone(made)).await;
    }
}

impl Objects {
    /// The nodes of a commit, ready to be read from now on until the result is dropped.
    pub(crate) async fn made(&self, commit: &Hash) -> Result<Arc<Made>> {
        let (mut made, segments) = self.segments_since_nodes(commit).await?;
        if segments.is_empty() {
            return Ok(made);
        }
        let commits = segments.len() as u32;
        let (roots, nodes, rows) = self.apply_segments(made.roots, segments).await?;
        if self.commit(commit).await?.roots() != roots {
            let what = format!("commit {commit}");
            return Err(Error::damaged(
                what,
                "its change segment does not lead to its roots",
            ));
        }
        made = made.followed_by(roots, nodes, rows);
        if let Some(counted) = Arc::get_mut(&mut made) {
            counted.commits += commits - 1;
        }
        self.overlay.remember(commit, &made).await;
        Ok(made)
    }

    /// The nearest version on the way back from a commit whose nodes are there, and what was changed
    /// since, oldest first.
    pub(crate) async fn segments_since_nodes(
        &self,
        commit: &Hash,
    ) -> Result<(Arc<Made>, Vec<Segment>)> {
        if let Some((made, chain)) = self.chain_to_nodes(commit).await? {
            let segments = self.segments(&chain).await?;
            let rows = segments.iter().map(|segment| segment.rows.len() as u64);
            if rows.sum::<u64>() <= MAX_ROWS {
                return Ok((made, segments));
            }
        }
        // More than writers leave: someone wrote nodes that this side has not heard of.
        self.refresh().await?;
        let Some((made, chain)) = self.chain_to_nodes(commit).await? else {
            let what = format!("commit {commit}");
            return Err(Error::damaged(
                what,
                "too many commits lie between it and its nodes",
            ));
        };
        Ok((made, self.segments(&chain).await?))
    }

    /// The nearest version whose nodes are there, and the commits since; `None` if those are more than
    /// writers leave.
    async fn chain_to_nodes(&self, commit: &Hash) -> Result<Option<(Arc<Made>, Vec<Arc<Commit>>)>> {
        let mut chain: Vec<Arc<Commit>> = Vec::new();
        let mut at = *commit;
        let made = loop {
            if let Some(made) = self.overlay.recent.get(&at).await {
                break made;
            }
            let found = self.commit(&at).await?;
            let (Some(_), Some(parent)) = (found.changes, found.parents.first()) else {
                break Made::whole(found.roots());
            };
            if self.has_roots(&found).await? {
                break Made::whole(found.roots());
            }
            if chain.len() >= MAX_COMMITS as usize {
                return Ok(None);
            }
            at = *parent;
            chain.push(found);
        };
        chain.reverse();
        Ok(Some((made, chain)))
    }

    /// Whether the roots of a commit are in the store, as far as is known.
    async fn has_roots(&self, commit: &Commit) -> Result<bool> {
        if self.index().files.is_empty() {
            self.refresh().await?;
        }
        let roots = commit.roots().all();
        let stored: Vec<Hash> = roots
            .into_iter()
            .filter(|root| *root != empty_root())
            .collect();
        let found = self.find_many(Class::Nodes, &stored).await?;
        Ok(found.iter().all(Option::is_some))
    }

    /// Whether a root that a change leads to is in the store already.
    pub(crate) async fn has_new_root(&self, old: &Roots, new: &Roots) -> Result<bool> {
        let pairs = old.all().into_iter().zip(new.all());
        let changed: Vec<Hash> = pairs
            .filter(|(old, new)| old != new)
            .map(|(_, new)| new)
            .collect();
        let found = self.find_many(Class::Nodes, &changed).await?;
        Ok(found.iter().any(Option::is_some))
    }

    async fn segments(&self, chain: &[Arc<Commit>]) -> Result<Vec<Segment>> {
        let names: Vec<Hash> = chain.iter().filter_map(|commit| commit.changes).collect();
        futures::stream::iter(names)
            .map(|name| async move { self.segment(&name).await })
            .buffered(PARALLEL_SEGMENTS)
            .try_collect()
            .await
    }

    /// A change segment by its name.
    pub(crate) async fn segment(&self, name: &Hash) -> Result<Segment> {
        let stored = self.root.get_opt(&segment::path(name)).await?;
        let stored = stored.ok_or(Error::Missing {
            what: "change segment",
            hash: *name,
        })?;
        Segment::decode(name, &stored)
    }

    /// Applies segments one after another; rows of several are applied at once where no folder
    /// moves between them. Also tells how many rows that were.
    pub(crate) async fn apply_segments(
        &self,
        mut roots: Roots,
        segments: Vec<Segment>,
    ) -> Result<(Roots, Vec<NamedNode>, u64)> {
        let mut nodes = Vec::new();
        let mut rows = 0;
        let mut pending = Pending::default();
        for segment in segments {
            if !segment.moves.is_empty() {
                let edits = std::mem::take(&mut pending).into_edits();
                roots = self.apply_rows(roots, edits, &mut nodes).await?;
                let (moved, count) = self.move_folders(roots, &segment.moves, &mut nodes).await?;
                roots = moved;
                rows += count;
            }
            rows += segment.rows.len() as u64;
            pending.add(segment.rows);
        }
        let edits = pending.into_edits();
        roots = self.apply_rows(roots, edits, &mut nodes).await?;
        Ok((roots, nodes, rows))
    }

    /// The roots that changed rows lead to; no node is kept.
    pub(crate) async fn roots_after(&self, roots: Roots, edits: RowEdits) -> Result<Roots> {
        let mut writer = TreeWriter {
            objects: self,
            sink: NodeSink::Nowhere,
            kept: Leaves::new(),
        };
        writer.update_roots(roots, edits).await
    }

    /// Changes rows in memory; the new nodes can be read by name for as long as `nodes` has them.
    pub(crate) async fn apply_rows(
        &self,
        roots: Roots,
        edits: RowEdits,
        nodes: &mut Vec<NamedNode>,
    ) -> Result<Roots> {
        self.apply_rows_at(roots, (edits, Leaves::new()), nodes)
            .await
    }

    /// As [`Objects::apply_rows`], with leaves of the rows that were read before.
    pub(crate) async fn apply_rows_at(
        &self,
        roots: Roots,
        (edits, kept): (RowEdits, Leaves),
        nodes: &mut Vec<NamedNode>,
    ) -> Result<Roots> {
        let first = nodes.len();
        let mut writer = TreeWriter {
            objects: self,
            sink: NodeSink::Memory(nodes),
            kept,
        };
        let new = writer.update_roots(roots, edits).await?;
        self.overlay.show(&mut nodes[first..]);
        Ok(new)
    }
}

impl TreeWriter<'_> {
    /// Changes the three trees of a version.
    async fn update_roots(&mut self, roots: Roots, edits: RowEdits) -> Result<Roots> {
        let rows = |edits: Vec<Edit>| edits.into_iter().map(Ok);
        Ok(Roots {
            samples: self.update(&roots.samples, rows(edits.samples)).await?,
            labels: self.update(&roots.labels, rows(edits.labels)).await?,
            provenance: self
                .update(&roots.provenance, rows(edits.provenance))
                .await?,
        })
    }
}

type PendingRows = BTreeMap<Vec<u8>, Option<Held>>;

/// Rows of several segments, of which the last counts.
#[derive(Default)]
pub(crate) struct Pending {
    samples: PendingRows,
    labels: PendingRows,
    provenance: PendingRows,
}

impl Pending {
    pub(crate) fn add(&mut self, rows: RowEdits) {
        let add = |pending: &mut PendingRows, edits: Vec<Edit>| {
            pending.extend(edits.into_iter().map(|edit| (edit.key, edit.value)));
        };
        add(&mut self.samples, rows.samples);
        add(&mut self.labels, rows.labels);
        add(&mut self.provenance, rows.provenance);
    }

    pub(crate) fn into_edits(self) -> RowEdits {
        let edits = |pending: PendingRows| {
            let edits = pending.into_iter().map(|(key, value)| Edit { key, value });
            edits.collect()
        };
        RowEdits {
            samples: edits(self.samples),
            labels: edits(self.labels),
            provenance: edits(self.provenance),
        }
    }
}
