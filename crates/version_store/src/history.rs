//! Walking history: log, and who last set the labels of a sample.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use annotation::Provenance;
use dataset::{LabelKey, LabelRow};
use ids::Hash;
use serde::Serialize;

use crate::{Commit, Repository, Result};

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
    /// # Errors
    /// As [`Repository::log`].
    pub async fn blame(&self, at: &Hash, key: &str) -> Result<Vec<Blame>> {
        let version = self.version(at).await?;
        let provenance: BTreeMap<LabelKey, Provenance> =
            version.provenance(key).await?.into_iter().collect();
        let mut open = version.labels(key).await?;
        let mut found = Vec::new();
        let mut here = version;
        while !open.is_empty() {
            // A merge took the label from a parent that has it; only where none has it was it made.
            let mut parents = Vec::new();
            for parent in &here.commit().parents {
                let parent = self.version(parent).await?;
                let labels = parent.labels(key).await?;
                parents.push((parent, labels));
            }
            let inherited =
                |label: &LabelRow| parents.iter().any(|(_, labels)| labels.contains(label));
            let (going_on, made_here): (Vec<_>, Vec<_>) = open.into_iter().partition(inherited);
            for label in made_here {
                found.push(Blame {
                    provenance: provenance.get(&label.key()).cloned(),
                    commit: here.hash(),
                    author: here.commit().author.clone(),
                    time_ms: here.commit().time_ms,
                    label,
                });
            }
            open = going_on;
            let next = parents.into_iter().max_by_key(|(_, labels)| {
                open.iter().filter(|label| labels.contains(label)).count()
            });
            let Some((parent, labels)) = next else { break };
            // Labels of a side branch that this parent lacks are blamed on the merge that took them.
            let (kept, aside): (Vec<_>, Vec<_>) =
                open.into_iter().partition(|label| labels.contains(label));
            for label in aside {
                found.push(Blame {
                    provenance: provenance.get(&label.key()).cloned(),
                    commit: here.hash(),
                    author: here.commit().author.clone(),
                    time_ms: here.commit().time_ms,
                    label,
                });
            }
            open = kept;
            here = parent;
        }
        found.sort_by_key(|blame| blame.label.key());
        Ok(found)
    }
}
