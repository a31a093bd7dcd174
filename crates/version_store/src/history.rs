//! Walking history: log, merge base, and who last set the labels of a sample.

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

    /// All ancestors of a commit and itself, with how many steps away each is at least.
    async fn ancestors(&self, from: &Hash) -> Result<BTreeMap<Hash, u32>> {
        let mut found: BTreeMap<Hash, u32> = [(*from, 0)].into();
        let mut level = vec![*from];
        let mut steps = 0;
        while !level.is_empty() {
            steps += 1;
            let mut next = Vec::new();
            for hash in level {
                for parent in self.store.commit(&hash).await?.parents {
                    if let std::collections::btree_map::Entry::Vacant(slot) = found.entry(parent) {
                        slot.insert(steps);
                        next.push(parent);
                    }
                }
            }
            level = next;
        }
        Ok(found)
    }

    /// How many commits `ours` has that `theirs` has not, and the other way round.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn ahead_behind(&self, ours: &Hash, theirs: &Hash) -> Result<(u64, u64)> {
        let ours = self.ancestors(ours).await?;
        let theirs = self.ancestors(theirs).await?;
        let only = |some: &BTreeMap<Hash, u32>, others: &BTreeMap<Hash, u32>| {
            some.keys()
                .filter(|hash| !others.contains_key(*hash))
                .count() as u64
        };
        Ok((only(&ours, &theirs), only(&theirs, &ours)))
    }

    /// The best common ancestor of two commits: one that no other common ancestor descends from.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn merge_base(&self, ours: &Hash, theirs: &Hash) -> Result<Option<Hash>> {
        let ours_ancestors = self.ancestors(ours).await?;
        if ours_ancestors.contains_key(theirs) {
            return Ok(Some(*theirs));
        }
        let theirs_ancestors = self.ancestors(theirs).await?;
        let mut common: HashSet<Hash> = ours_ancestors
            .keys()
            .filter(|hash| theirs_ancestors.contains_key(*hash))
            .copied()
            .collect();
        // What lies behind another common ancestor is not the best.
        let mut behind = HashSet::new();
        for hash in &common {
            for parent in self.store.commit(hash).await?.parents {
                behind.insert(parent);
            }
        }
        common.retain(|hash| !behind.contains(hash));
        // Of several, the nearest to us; then by hash, so that everyone picks the same.
        Ok(common
            .into_iter()
            .min_by_key(|hash| (ours_ancestors.get(hash).copied(), *hash)))
    }

    /// Whether `ancestor` is `descendant` or lies behind it.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn is_ancestor(&self, ancestor: &Hash, descendant: &Hash) -> Result<bool> {
        Ok(self.ancestors(descendant).await?.contains_key(ancestor))
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
