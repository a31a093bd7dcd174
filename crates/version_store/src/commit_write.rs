//! Making a commit: blobs must be there; then trees, then the commit. The ref is the caller's.

use std::collections::BTreeSet;
use std::sync::Arc;

use ids::Hash;

use crate::changes::LabelEdit;
use crate::commit::{self, Counts, empty_meta, tree_hash};
use crate::held::Held;
use crate::pack_writer::PackWriter;
use crate::rows::{label_prefix_of, sample_of_label};
use crate::tree::{self, Edit, Scan, TreeWriter, empty_root};
use crate::{Changes, Commit, EntryKind, Error, Lineage, Repository, Resolution, Result};

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

/// The three roots of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Roots {
    pub(crate) samples: Hash,
    pub(crate) labels: Hash,
    pub(crate) provenance: Hash,
}

impl Roots {
    pub(crate) fn empty() -> Self {
        Self {
            samples: empty_root(),
            labels: empty_root(),
            provenance: empty_root(),
        }
    }

    pub(crate) fn of(commit: &Commit) -> Self {
        Self {
            samples: commit.samples,
            labels: commit.labels,
            provenance: commit.provenance,
        }
    }
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
        self.commit_settled(request, Vec::new()).await
    }

    /// As [`Repository::commit`], with how the conflicts of the merge were settled.
    pub(crate) async fn commit_settled(
        &self,
        request: CommitRequest,
        resolutions: Vec<Resolution>,
    ) -> Result<CommitOutcome> {
        for text in [&request.author, &request.message] {
            if text.contains('\0') {
                return Err(invalid(text, "author and message can't hold U+0000"));
            }
        }
        let base = match request.parents.first() {
            Some(parent) => Some((*parent, self.store.commit(parent).await?)),
            None => None,
        };
        let old = base
            .as_ref()
            .map_or_else(Roots::empty, |(_, commit)| Roots::of(commit));
        for parent in &request.parents {
            self.store.objects.check_commit_is_there(parent).await?;
        }
        self.store.objects.refresh_for_writing().await?;
        self.check_blobs(&request.changes.blobs).await?;
        let mut packs = PackWriter::new(Arc::clone(&self.store.objects), self.store.pack_bytes);
        let new = self.update_trees(&mut packs, old, request.changes).await?;
        if let (Some((parent, commit)), true) = (&base, old == new && request.parents.len() == 1) {
            let (commit, tree, counts) = (*parent, commit.tree, commit.counts);
            return Ok(CommitOutcome {
                commit,
                tree,
                changed: false,
                counts,
                stored_bytes: 0,
            });
        }
        let stored_bytes = packs.stored_bytes;
        packs.finish().await?;
        let commit = Commit {
            format: commit::VERSION,
            tree: tree_hash(&new.samples, &new.labels, &empty_meta()),
            samples: new.samples,
            labels: new.labels,
            meta: empty_meta(),
            provenance: new.provenance,
            parents: request.parents,
            author: request.author,
            message: request.message,
            time_ms: request.time_ms,
            counts: self.count(&new).await?,
            lineage: request.lineage,
            resolutions,
        };
        let (hash, bytes) = commit.encode()?;
        self.store
            .root()
            .put_if_absent(&commit::path(&hash), bytes.into())
            .await?;
        Ok(CommitOutcome {
            commit: hash,
            tree: commit.tree,
            changed: true,
            counts: commit.counts,
            stored_bytes,
        })
    }

    async fn count(&self, roots: &Roots) -> Result<Counts> {
        let objects = &self.store.objects;
        let samples = objects.node(&roots.samples).await?.total_rows();
        let labels = objects.node(&roots.labels).await?.total_rows();
        Ok(Counts { samples, labels })
    }

    async fn check_blobs(&self, blobs: &[Hash]) -> Result<()> {
        for hash in blobs {
            self.store.objects.locate(EntryKind::Blob, hash).await?;
        }
        Ok(())
    }

    async fn update_trees(
        &self,
        packs: &mut PackWriter,
        old: Roots,
        changes: Changes,
    ) -> Result<Roots> {
        let objects = &self.store.objects;
        let Changes {
            samples,
            labels,
            replaced,
            ..
        } = changes;
        let samples = last_of_each(samples, |edit| &edit.key);
        let set: BTreeSet<&[u8]> = samples
            .iter()
            .filter(|edit| edit.value.is_some())
            .map(|edit| edit.key.as_slice())
            .collect();
        let removed = samples.iter().filter(|edit| edit.value.is_none());
        let removed: Vec<Vec<u8>> = removed.map(|edit| label_prefix_of(&edit.key)).collect();
        let labels = self.label_edits(&old, labels, replaced, &removed).await?;
        self.check_labels_have_samples(&old, &labels, &set, &removed)
            .await?;
        drop(set);

        let mut writer = TreeWriter { objects, packs };
        let new_samples = writer.update(&old.samples, samples.into_iter()).await?;
        let label_edits: Vec<Edit> = labels.iter().map(|label| label.edit.clone()).collect();
        let new_labels = writer.update(&old.labels, label_edits.into_iter()).await?;
        let provenance = self.provenance_edits(&old, labels).await?;
        let mut writer = TreeWriter { objects, packs };
        let new_provenance = writer
            .update(&old.provenance, provenance.into_iter())
            .await?;
        Ok(Roots {
            samples: new_samples,
            labels: new_labels,
            provenance: new_provenance,
        })
    }

    /// All label edits, sorted: those given, and the removals that follow from others.
    async fn label_edits(
        &self,
        old: &Roots,
        given: Vec<LabelEdit>,
        replaced: Vec<Vec<u8>>,
        removed: &[Vec<u8>],
    ) -> Result<Vec<LabelEdit>> {
        let mut edits = Vec::new();
        for prefix in replaced.iter().chain(removed) {
            let mut scan = Scan::near(&self.store.objects, &old.labels, prefix).await?;
            while let Some(row) = scan.next().await? {
                if !row.key().starts_with(prefix) {
                    break;
                }
                let edit = Edit {
                    key: row.key().to_vec(),
                    value: None,
                };
                edits.push(LabelEdit {
                    edit,
                    provenance: None,
                    confirmed: false,
                });
            }
        }
        // What is given comes later, and so counts.
        edits.extend(given);
        Ok(last_of_each(edits, |label| &label.edit.key))
    }

    async fn check_labels_have_samples(
        &self,
        old: &Roots,
        labels: &[LabelEdit],
        set: &BTreeSet<&[u8]>,
        removed: &[Vec<u8>],
    ) -> Result<()> {
        let mut checked: &[u8] = &[];
        for label in labels.iter().filter(|label| label.edit.value.is_some()) {
            let sample = sample_of_label(&label.edit.key);
            if sample == checked || set.contains(sample) {
                continue;
            }
            let gone = removed.binary_search(&label_prefix_of(sample)).is_ok();
            if gone
                || tree::get_held(&self.store.objects, &old.samples, sample)
                    .await?
                    .is_none()
            {
                return Err(invalid(
                    &String::from_utf8_lossy(sample),
                    "there is no sample with this key to label",
                ));
            }
            checked = sample;
        }
        Ok(())
    }

    /// Provenance rows that follow from the label edits: of labels that are new, changed or confirmed.
    async fn provenance_edits(&self, old: &Roots, labels: Vec<LabelEdit>) -> Result<Vec<Edit>> {
        let mut edits = Vec::new();
        for LabelEdit {
            edit,
            provenance,
            confirmed,
        } in labels
        {
            let before = tree::get_held(&self.store.objects, &old.labels, &edit.key).await?;
            let is_same = before.map(|held| held.hash()) == edit.value.as_ref().map(Held::hash);
            if is_same && !confirmed {
                continue;
            }
            edits.push(Edit {
                key: edit.key,
                value: edit.value.and(provenance).map(Held::Value),
            });
        }
        Ok(edits)
    }
}

fn invalid(key: &str, reason: &str) -> Error {
    Error::InvalidChange {
        key: key.chars().take(200).collect(),
        reason: reason.to_owned(),
    }
}

/// Sorts by key and keeps the last of each key.
fn last_of_each<T, F: Fn(&T) -> &Vec<u8>>(mut items: Vec<T>, key: F) -> Vec<T> {
    items.sort_by(|a, b| key(a).cmp(key(b)));
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    for item in items {
        match kept.last_mut() {
            Some(last) if key(last) == key(&item) => *last = item,
            _ => kept.push(item),
        }
    }
    kept
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
