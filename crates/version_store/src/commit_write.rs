//! Making a commit: blobs must be there; then trees, then the commit. The ref is the caller's.

use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use crate::commit::{self, Counts, Roots, empty_meta, tree_hash};
use crate::meta::Meta;
use crate::overlay::{self, Made, NamedNode};
use crate::pack::Prepared;
use crate::pack_writer::{PackWriter, Unindexed};
use crate::row_edits::{NewRows, RowPlan};
use crate::segment::{self, FolderMove, RowEdits, Segment};
use crate::spill::Sorted;
use crate::tombstones::Erased;
use crate::tree::{NodeSink, TreeWriter};
use crate::{Changes, Commit, EntryKind, Error, Lineage, Repository, Resolution, Result, Store};

/// Blobs that are looked for at once.
const BLOBS_AT_ONCE: usize = 4096;

/// What to commit.
#[derive(Debug)]
pub struct CommitRequest {
    /// Commits that this one is made from; changes are against the first. None: a first commit.
    pub parents: Vec<Hash>,
    /// What differs from the first parent.
    pub changes: Changes,
    /// Who commits.
    pub author: String,
    /// Why.
    pub message: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
    /// What the changes were made from.
    pub lineage: Lineage,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitOutcome {
    /// The new commit; the first parent when nothing changed.
    pub commit: Hash,
    /// Hash of its content.
    pub tree: Hash,
    /// Whether there is a new commit.
    pub changed: bool,
    /// What the version holds.
    pub counts: Counts,
    /// Bytes of tree nodes and values written, as stored.
    pub stored_bytes: u64,
}

/// A version that is being written.
struct Draft {
    roots: Roots,
    /// The nodes that are new and in memory.
    nodes: Vec<NamedNode>,
    rows: NewRows,
    /// Has the long values of the rows.
    packs: PackWriter,
    moves: Vec<FolderMove>,
    /// Rows that moved with their folders.
    moved: u64,
}

/// What was written of a version.
struct Written {
    roots: Roots,
    changes: Option<Hash>,
    stored_bytes: u64,
    /// The version as the commit will have it, if it has nodes that are not in the store.
    made: Option<Arc<Made>>,
}

impl Repository {
    /// Writes a commit. Does not move a ref. When nothing changes against a single parent, nothing
    /// is written and the parent is the outcome.
    ///
    /// Dropping the future leaves garbage only.
    ///
    /// # Errors
    /// [`Error::Missing`] when a blob was not written before, [`Error::InvalidChange`] when a label
    /// has no sample, failures of the store.
    pub async fn commit(&self, request: CommitRequest) -> Result<CommitOutcome> {
        Box::pin(self.commit_settled(request, Vec::new())).await
    }

    /// As [`Repository::commit`], with how the conflicts of the merge were settled.
    pub(crate) async fn commit_settled(
        &self,
        mut request: CommitRequest,
        resolutions: Vec<Resolution>,
    ) -> Result<CommitOutcome> {
        check_texts(&request)?;
        let objects = &self.store.objects;
        let generation = self.next_generation(&request.parents).await?;
        objects.refresh_for_writing().await?;
        let base = match request.parents.first() {
            Some(parent) => {
                let commit = self.store.commit(parent).await?;
                Some((*parent, commit, objects.made(parent).await?))
            }
            None => None,
        };
        let erased = objects.erased().await?;
        let mut packs = PackWriter::new(Arc::clone(objects), self.store.pack_bytes);
        packs.adopt(&request.changes.unindexed);
        self.check_blobs(request.changes.take_blobs()?, &erased, &packs)
            .await?;
        let below = base.as_ref().map(|(_, _, made)| made);
        let old_meta = base
            .as_ref()
            .map_or_else(empty_meta, |(_, commit, _)| commit.meta);
        let meta = match request.changes.split_rule.take() {
            Some(split_rule) => self.write_meta(Meta { split_rule }, &old_meta).await?,
            None => old_meta,
        };
        let draft = self.draft(below, request.changes, &erased, packs).await?;
        if let Some((parent, commit, _)) = &base
            && draft.is_empty()
            && meta == old_meta
            && request.parents.len() == 1
        {
            draft.packs.finish().await?;
            return Ok(unchanged(parent, commit));
        }
        let written = self.write_draft(below, draft).await?;
        let roots = written.roots;
        let commit = Commit {
            format: commit::VERSION,
            tree: tree_hash(&roots.samples, &roots.labels, &meta),
            samples: roots.samples,
            labels: roots.labels,
            meta,
            provenance: roots.provenance,
            changes: written.changes,
            parents: request.parents,
            generation,
            author: request.author,
            message: request.message,
            time_ms: request.time_ms,
            counts: self.count(&roots).await?,
            lineage: request.lineage,
            resolutions,
        };
        self.store_commit(&commit, written).await
    }

    /// One more than the highest generation of the parents, which must be there.
    async fn next_generation(&self, parents: &[Hash]) -> Result<u64> {
        let objects = &self.store.objects;
        let mut generation = 1;
        for parent in parents {
            objects.check_commit_is_there(parent).await?;
            let parent = objects.commit(parent).await?;
            generation = generation.max(parent.generation.saturating_add(1));
        }
        Ok(generation)
    }

    async fn store_commit(&self, commit: &Commit, written: Written) -> Result<CommitOutcome> {
        let (hash, bytes) = commit.encode()?;
        self.store
            .root()
            .put_if_absent(&commit::path(&hash), bytes.into())
            .await?;
        if let Some(made) = &written.made {
            self.store.objects.overlay.remember(&hash, made).await;
        }
        Ok(CommitOutcome {
            commit: hash,
            tree: commit.tree,
            changed: true,
            counts: commit.counts,
            stored_bytes: written.stored_bytes,
        })
    }

    /// Writes the index of blobs that no commit is going to name.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn write_index(&self, blobs: &Unindexed) -> Result<()> {
        let mut packs = PackWriter::new(Arc::clone(&self.store.objects), self.store.pack_bytes);
        packs.adopt(blobs);
        packs.finish().await
    }

    async fn count(&self, roots: &Roots) -> Result<Counts> {
        let objects = &self.store.objects;
        let samples = objects.node(&roots.samples).await?.total_rows();
        let labels = objects.node(&roots.labels).await?.total_rows();
        Ok(Counts { samples, labels })
    }

    /// Stores the settings of a version unless they are there; their hash.
    async fn write_meta(&self, meta: Meta, old: &Hash) -> Result<Hash> {
        let (hash, bytes) = meta.encode()?;
        if hash != *old && hash != empty_meta() {
            let mut packs = PackWriter::new(Arc::clone(&self.store.objects), self.store.pack_bytes);
            packs.put(&Prepared::new(EntryKind::Value, bytes)).await?;
            packs.finish().await?;
        }
        Ok(hash)
    }

    /// Blobs must be there, and none may have been erased.
    async fn check_blobs(
        &self,
        mut blobs: Sorted<Hash>,
        erased: &Erased,
        packs: &PackWriter,
    ) -> Result<()> {
        loop {
            let mut batch = blobs.batch(BLOBS_AT_ONCE)?;
            if batch.is_empty() {
                return Ok(());
            }
            batch.iter().try_for_each(|blob| erased.check_blob(blob))?;
            batch.retain(|blob| !packs.wrote(blob));
            let objects = &self.store.objects;
            objects.locate_many(EntryKind::Blob, &batch).await?;
        }
    }

    async fn draft(
        &self,
        below: Option<&Arc<Made>>,
        mut changes: Changes,
        erased: &Erased,
        mut packs: PackWriter,
    ) -> Result<Draft> {
        let objects = &self.store.objects;
        let old = below.map_or_else(Roots::empty, |made| made.roots);
        let mut nodes = Vec::new();
        let moves = std::mem::take(&mut changes.moves);
        let moves = objects.apart(&old, moves).await?;
        let (roots, moved) = objects.move_folders(old, &moves, &mut nodes).await?;
        let mut plan = RowPlan {
            objects,
            old: roots,
            packs: &mut packs,
            erased,
        };
        Ok(Draft {
            rows: plan.rows(changes).await?,
            roots,
            nodes,
            packs,
            moves,
            moved,
        })
    }

    /// Writes a change segment if that will do, and otherwise all nodes.
    async fn write_draft(&self, below: Option<&Arc<Made>>, draft: Draft) -> Result<Written> {
        let objects = &self.store.objects;
        let below = match below {
            Some(below) if draft.fits_segment(below) => below,
            _ => return self.write_nodes(below, draft).await,
        };
        let rows = draft.rows.len() as u64 + draft.moved;
        let mut packs = draft.packs;
        let (edits, leaves) = draft.rows.into_edits()?;
        let segment = Segment {
            moves: draft.moves,
            rows: edits.clone(),
        };
        let mut nodes = draft.nodes;
        let roots = objects
            .apply_rows_at(draft.roots, (edits, leaves), &mut nodes)
            .await?;
        let made = below.followed_by(roots, nodes, rows);
        // Readers look whether the roots are there: where one is, all beneath it must be.
        if objects.has_new_root(&below.roots, &roots).await? {
            made.write(&mut packs).await?;
            let stored_bytes = packs.stored_bytes;
            packs.finish().await?;
            return Ok(Written {
                roots,
                changes: None,
                stored_bytes,
                made: None,
            });
        }
        let (name, bytes) = segment.encode();
        let stored_bytes = packs.stored_bytes + bytes.len() as u64;
        packs.finish().await?;
        // Also where it stands already: an old one that no commit names may be about to be collected.
        self.store.root().put(&segment::path(&name), bytes).await?;
        Ok(Written {
            roots,
            changes: Some(name),
            stored_bytes,
            made: Some(made),
        })
    }

    async fn write_nodes(&self, below: Option<&Arc<Made>>, draft: Draft) -> Result<Written> {
        let mut packs = draft.packs;
        let whole = Made::whole(draft.roots);
        // Held while the trees are changed: its nodes can be read for so long.
        let moved = below
            .unwrap_or(&whole)
            .followed_by(draft.roots, draft.nodes, 0);
        moved.write(&mut packs).await?;
        let (old, rows) = (draft.roots, draft.rows);
        let mut edits = None;
        if below.is_some() && draft.moves.is_empty() && rows.len() <= overlay::MAX_KEPT_ROWS {
            edits = Some(rows.read_edits()?);
        }
        let mut writer = TreeWriter {
            objects: &self.store.objects,
            sink: NodeSink::Packs(&mut packs),
            kept: rows.leaves.into_leaves(),
        };
        let roots = Roots {
            samples: writer.update(&old.samples, rows.samples.sorted()?).await?,
            labels: writer.update(&old.labels, rows.labels.sorted()?).await?,
            provenance: writer
                .update(&old.provenance, rows.provenance.sorted()?)
                .await?,
        };
        let mut stored_bytes = packs.stored_bytes;
        packs.finish().await?;
        let mut changes = None;
        if let Some((name, bytes)) = edits.and_then(|rows| kept_segment(rows, stored_bytes)) {
            stored_bytes += bytes.len() as u64;
            changes = Some(name);
            self.store.root().put(&segment::path(&name), bytes).await?;
        }
        Ok(Written {
            roots,
            changes,
            stored_bytes,
            made: None,
        })
    }

    /// Writes the nodes of a version, if only its change segments are in the store: before it is
    /// tagged, exported or trained on. The bytes written.
    ///
    /// # Errors
    /// As [`Repository::version`]; failures of the store.
    pub async fn materialize(&self, commit: &Hash) -> Result<u64> {
        self.store.write_nodes_of(commit).await
    }
}

impl Store {
    /// As [`Repository::materialize`], of whatever dataset.
    pub(crate) async fn write_nodes_of(&self, commit: &Hash) -> Result<u64> {
        let objects = &self.objects;
        let made = objects.made(commit).await?;
        if made.is_whole() {
            return Ok(0);
        }
        objects.refresh_condemned().await?;
        let mut packs = PackWriter::new(Arc::clone(objects), self.pack_bytes);
        made.write(&mut packs).await?;
        let stored_bytes = packs.stored_bytes;
        packs.finish().await?;
        objects
            .overlay
            .remember(commit, &Made::whole(made.roots))
            .await;
        Ok(stored_bytes)
    }
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.rows.len() == 0
    }

    fn fits_segment(&self, below: &Made) -> bool {
        below.leaves_room_for(self.rows.len() as u64, self.moved)
    }
}

/// The segment of a commit that wrote nodes of so many bytes, where it takes little beside them.
fn kept_segment(rows: RowEdits, node_bytes: u64) -> Option<(Hash, Bytes)> {
    let moves = Vec::new();
    let encoded = Segment { moves, rows }.encode();
    let bytes = encoded.1.len() as u64;
    (bytes * overlay::KEPT_PART <= node_bytes).then_some(encoded)
}

/// A commit that would change nothing is its parent.
fn unchanged(parent: &Hash, commit: &Commit) -> CommitOutcome {
    CommitOutcome {
        commit: *parent,
        tree: commit.tree,
        changed: false,
        counts: commit.counts,
        stored_bytes: 0,
    }
}

fn check_texts(request: &CommitRequest) -> Result<()> {
    for text in [&request.author, &request.message] {
        if text.contains('\0') {
            return Err(invalid(text, "author and message can't hold U+0000"));
        }
    }
    Ok(())
}

fn invalid(key: &str, reason: &str) -> Error {
    Error::InvalidChange {
        key: key.chars().take(200).collect(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn committing_and_reading_can_be_spawned() {
        fn is_send<T: Send>(_: T) {}
        // Never run: that this compiles is the point.
        let _ = |repository: Repository,
                 request: CommitRequest,
                 merge: crate::MergeRequest,
                 hash: Hash| {
            is_send(repository.commit(request));
            is_send(repository.merge(merge));
            is_send(repository.diff(&hash, &hash));
            is_send(repository.blame(&hash, ""));
            is_send(repository.store().fsck(false, |_, _| {}));
        };
    }
}
