//! How commits relate: merge base, who lies behind whom, how far two branches went apart.
//!
//! Commits are visited by generation, the highest first, so that each is seen after all that
//! descend from it: a walk ends where nothing new can come, whatever clocks said.

use std::collections::BTreeMap;

use ids::Hash;

use crate::{Repository, Result};

/// From where a commit can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Reach {
    ours: bool,
    theirs: bool,
    /// It lies behind a common ancestor.
    behind_common: bool,
}

impl Reach {
    const fn is_common(self) -> bool {
        self.ours && self.theirs
    }
}

/// What a walk from two commits back to their common history saw.
#[derive(Debug, Default)]
struct Meeting {
    /// Common ancestors that no other common ancestor descends from, with their generations.
    bases: Vec<(u64, Hash)>,
    ahead: u64,
    behind: u64,
}

impl Repository {
    async fn meet(&self, ours: &Hash, theirs: &Hash) -> Result<Meeting> {
        let mut open: BTreeMap<(u64, Hash), Reach> = BTreeMap::new();
        for (hash, is_ours) in [(ours, true), (theirs, false)] {
            let generation = self.store.objects.commit(hash).await?.generation;
            let reach = open.entry((generation, *hash)).or_default();
            reach.ours |= is_ours;
            reach.theirs |= !is_ours;
        }
        let mut meeting = Meeting::default();
        while open.values().any(|reach| !reach.behind_common) {
            let Some(((generation, hash), mut reach)) = open.pop_last() else {
                break;
            };
            match reach {
                Reach {
                    ours: true,
                    theirs: false,
                    ..
                } => meeting.ahead += 1,
                Reach {
                    ours: false,
                    theirs: true,
                    ..
                } => meeting.behind += 1,
                Reach {
                    behind_common: false,
                    ..
                } => meeting.bases.push((generation, hash)),
                _ => {}
            }
            reach.behind_common |= reach.is_common();
            for parent in &self.store.objects.commit(&hash).await?.parents {
                let generation = self.store.objects.commit(parent).await?.generation;
                let known = open.entry((generation, *parent)).or_default();
                known.ours |= reach.ours;
                known.theirs |= reach.theirs;
                known.behind_common |= reach.behind_common;
            }
        }
        Ok(meeting)
    }

    /// How many commits `ours` has that `theirs` has not, and the other way round.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn ahead_behind(&self, ours: &Hash, theirs: &Hash) -> Result<(u64, u64)> {
        let meeting = self.meet(ours, theirs).await?;
        Ok((meeting.ahead, meeting.behind))
    }

    /// The best common ancestor of two commits: one that no other common ancestor descends from. Of
    /// several the one with most history behind it, then the first by hash: everyone picks the same.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn merge_base(&self, ours: &Hash, theirs: &Hash) -> Result<Option<Hash>> {
        let bases = self.meet(ours, theirs).await?.bases;
        let best = bases
            .into_iter()
            .min_by_key(|(generation, hash)| (std::cmp::Reverse(*generation), *hash));
        Ok(best.map(|(_, hash)| hash))
    }

    /// Whether `ancestor` is `descendant` or lies behind it.
    ///
    /// # Errors
    /// As [`Repository::log`].
    pub async fn is_ancestor(&self, ancestor: &Hash, descendant: &Hash) -> Result<bool> {
        let lowest = self.store.objects.commit(ancestor).await?.generation;
        let generation = self.store.objects.commit(descendant).await?.generation;
        let mut open = std::collections::BTreeSet::from([(generation, *descendant)]);
        while let Some((generation, hash)) = open.pop_last() {
            if hash == *ancestor {
                return Ok(true);
            }
            if generation <= lowest {
                continue;
            }
            for parent in &self.store.objects.commit(&hash).await?.parents {
                let generation = self.store.objects.commit(parent).await?.generation;
                open.insert((generation, *parent));
            }
        }
        Ok(false)
    }
}
