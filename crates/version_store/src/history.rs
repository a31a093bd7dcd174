//! Walking history: log, and who last set the labels of a sample.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use annotation::Provenance;
use dataset::{LabelKey, LabelRow};
use futures::stream::{self, StreamExt, TryStreamExt};
use ids::Hash;
use serde::Serialize;

use crate::rows::label_prefix;
use crate::segment::Segment;
use crate::{Commit, Error, Repository, Result};

/// Commits that are looked at together on the way back through history.
const COMMITS_AHEAD: usize = 32;
/// Change segments of these that are read at the same time.
const PARALLEL_SEGMENTS: usize = 8;

/// A label of a sample, where it comes from, and the commit that brought it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Blame {
    /// The label as it stands.
    pub label: LabelRow,
    /// Who or what made it, if that is known.
    pub provenance: Option<Provenance>,
    /// The first commit on this line of history in which the label stands like this.
    pub commit: Hash,
    /// Who made that commit.
    pub author: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}

impl Repository {
    /// Commits from `from` backwards, newest first, each after all of its children that are seen.
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing), [`Error::Damaged`](crate::Error::Damaged), failures of the store.
    pub async fn log(&self, from: &Hash, limit: usize) -> Result<Vec<(Hash, Commit)>> {
        self.log_page(from, 0, limit).await
    }

    /// As [`Repository::log`], without the first `skip` commits.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn log_page(
        &self,
        from: &Hash,
        skip: usize,
        limit: usize,
    ) -> Result<Vec<(Hash, Commit)>> {
        self.log_of_many(&[*from], skip, limit).await
    }

    /// As [`Repository::log_page`], from several commits at once: the history of all branches.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn log_of_many(
        &self,
        from: &[Hash],
        skip: usize,
        limit: usize,
    ) -> Result<Vec<(Hash, Commit)>> {
        let mut heap = BinaryHeap::new();
        let mut waiting = HashMap::new();
        let mut seen: HashSet<Hash> = HashSet::new();
        for hash in from {
            if seen.insert(*hash) {
                let commit = self.store.commit(hash).await?;
                heap.push((commit.time_ms, Reverse(*hash)));
                waiting.insert(*hash, commit);
            }
        }
        let mut page = Vec::new();
        let mut position = 0;
        while let Some((_, Reverse(hash))) = heap.pop() {
            if page.len() == limit {
                break;
            }
            let Some(commit) = waiting.remove(&hash) else {
                continue;
            };
            for parent in &commit.parents {
                if seen.insert(*parent) {
                    let parent_commit = self.store.commit(parent).await?;
                    // A clock that went backwards must not put a parent before its child.
                    let time_ms = parent_commit.time_ms.min(commit.time_ms);
                    heap.push((time_ms, Reverse(*parent)));
                    waiting.insert(*parent, parent_commit);
                }
            }
            if position >= skip {
                page.push((hash, commit));
            }
            position += 1;
        }
        Ok(page)
    }

    /// For each label of a sample, where it comes from and which commit brought it.
    ///
    /// Of a commit that left the sample's labels as they were only its change segment is read, and not even
    /// that where no label of the dataset changed; versions are opened at the others.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn blame(&self, at: &Hash, key: &str) -> Result<Vec<Blame>> {
        let version = self.version(at).await?;
        let provenance: BTreeMap<LabelKey, Provenance> =
            version.provenance(key).await?.into_iter().collect();
        let mut open = version.labels(key).await?;
        let mut found = Vec::new();
        let mut here = version.hash();
        while !open.is_empty() {
            here = self.last_touched(here, key).await?;
            let commit = self.store.objects.commit(&here).await?;
            // A merge took the label from a parent that has it; only where none has it was it made.
            let mut parents = Vec::new();
            for parent in &commit.parents {
                let labels = self.version(parent).await?.labels(key).await?;
                parents.push((*parent, labels));
            }
            // Labels of a side branch that the parent gone on with lacks are blamed on the merge that took them.
            let shared = |labels: &[LabelRow]| {
                let shared = open.iter().filter(|label| labels.contains(label));
                shared.count()
            };
            let next = parents
                .into_iter()
                .rev()
                .max_by_key(|(_, labels)| shared(labels));
            let inherited = next.as_ref().map_or(&[][..], |(_, labels)| labels);
            let (going_on, ending): (Vec<_>, Vec<_>) = open
                .into_iter()
                .partition(|label| inherited.contains(label));
            found.extend(ending.into_iter().map(|label| Blame {
                provenance: provenance.get(&label.key()).cloned(),
                commit: here,
                author: commit.author.clone(),
                time_ms: commit.time_ms,
                label,
            }));
            open = going_on;
            here = next.map_or(here, |(parent, _)| parent);
        }
        found.sort_by_key(|blame| blame.label.key());
        Ok(found)
    }

    /// The newest commit, from `at` back along first parents, that may have changed labels of this sample: all
    /// from `at` up to it have the same ones.
    async fn last_touched(&self, mut at: Hash, key: &str) -> Result<Hash> {
        let objects = &self.store.objects;
        loop {
            let (touching, next) = self.label_changes(at).await?;
            let mut segments = stream::iter(touching)
                .map(|(hash, changes)| async move {
                    let touches = match changes {
                        Some(name) => touches(&objects.segment(&name).await?, key),
                        None => true,
                    };
                    Ok::<_, Error>((hash, touches))
                })
                .buffered(PARALLEL_SEGMENTS);
            while let Some((hash, touches)) = segments.try_next().await? {
                if touches {
                    return Ok(hash);
                }
            }
            at = next;
        }
    }

    /// Of the next commits from `at` back along first parents those that changed any label, with their change
    /// segments, if they have some; and the commit after them. The last of them is the first commit if that is reached.
    async fn label_changes(&self, mut at: Hash) -> Result<(Vec<(Hash, Option<Hash>)>, Hash)> {
        let objects = &self.store.objects;
        let mut changing = Vec::new();
        for _ in 0..COMMITS_AHEAD {
            let commit = objects.commit(&at).await?;
            let Some(parent) = commit.parents.first() else {
                changing.push((at, None));
                break;
            };
            if objects.commit(parent).await?.labels != commit.labels {
                changing.push((at, commit.changes));
            }
            at = *parent;
        }
        Ok((changing, at))
    }
}

/// Whether a change segment may change labels of the sample with this key.
fn touches(segment: &Segment, key: &str) -> bool {
    let prefix = label_prefix(key);
    let moves = segment.moves.iter();
    let mut folders = moves.flat_map(|moved| [&moved.from, &moved.to]);
    let mut labels = segment.rows.labels.iter();
    folders.any(|folder| key.starts_with(folder.as_str()))
        || labels.any(|edit| edit.key.starts_with(&prefix))
}
