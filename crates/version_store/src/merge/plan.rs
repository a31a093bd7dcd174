//! What a merge or revert would come to, before anything is written.

use ids::Hash;

use super::three_way::ThreeWay;
use super::{MergeConflict, Settle};
use crate::{Error, Repository, Result};

/// The ways in which two commits come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeStep {
    /// Our branch holds all of theirs already.
    UpToDate,
    /// Our branch is behind theirs: it can simply go to their head.
    FastForward,
    /// Both went on: a commit joins them, unless there are conflicts.
    Join,
}

/// What a merge or revert would come to.
#[derive(Debug)]
pub struct MergePlan {
    /// The commit that both sides come from; of a revert, the commit that is undone.
    pub base: Hash,
    /// Head of the branch that is merged into.
    pub ours: Hash,
    /// Head of the branch that is merged; of a revert, the parent of the commit that is undone.
    pub theirs: Hash,
    /// How they come together.
    pub step: MergeStep,
    pub(super) joined: ThreeWay,
}

impl MergePlan {
    /// What both sides changed, differently, and nothing settles; by sample.
    #[must_use]
    pub fn conflicts(&self) -> &[MergeConflict] {
        &self.joined.conflicts
    }

    /// Samples that a join would change on our side.
    #[must_use]
    pub fn samples_changed(&self) -> usize {
        self.joined.changes.samples.len()
    }

    /// Labels that a join would change on our side, or whose provenance it would.
    #[must_use]
    pub fn labels_changed(&self) -> usize {
        self.joined.changes.labels.len()
    }
}

impl Repository {
    /// What merging `theirs` into `ours` would come to.
    ///
    /// # Errors
    /// As [`Repository::merge`].
    pub async fn plan_merge(
        &self,
        ours: &Hash,
        theirs: &Hash,
        settle: &Settle,
    ) -> Result<MergePlan> {
        let base = self.merge_base(ours, theirs).await?;
        let base = base.ok_or(Error::NoMergeBase {
            ours: *ours,
            theirs: *theirs,
        })?;
        let step = match base {
            base if base == *theirs => MergeStep::UpToDate,
            base if base == *ours => MergeStep::FastForward,
            _ => MergeStep::Join,
        };
        let joined = match step {
            MergeStep::Join => Box::pin(self.three_way(&base, ours, theirs, settle)).await?,
            _ => ThreeWay::default(),
        };
        Ok(MergePlan {
            base,
            ours: *ours,
            theirs: *theirs,
            step,
            joined,
        })
    }

    /// What undoing `commit` on top of `onto` would come to.
    ///
    /// # Errors
    /// As [`Repository::revert`].
    pub async fn plan_revert(
        &self,
        commit: &Hash,
        onto: &Hash,
        settle: &Settle,
    ) -> Result<MergePlan> {
        let parent = self.store.commit(commit).await?.parents.first().copied();
        let parent = parent.ok_or_else(|| Error::InvalidChange {
            key: commit.to_string(),
            reason: "it is a first commit, there is nothing to go back to".into(),
        })?;
        let joined = Box::pin(self.three_way(commit, onto, &parent, settle)).await?;
        Ok(MergePlan {
            base: *commit,
            ours: *onto,
            theirs: parent,
            step: MergeStep::Join,
            joined,
        })
    }
}
