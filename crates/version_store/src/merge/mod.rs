//! Three-way merge: two lines of history become one. Rows join by key, parts of a row by name.

mod pairs;
mod parts;
mod plan;
mod settle;
#[cfg(test)]
mod tests;
mod three_way;
mod whole;

use ids::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use plan::{MergePlan, MergeStep};
pub use settle::{MAX_RESOLUTIONS, MergePolicy, Resolution, Settle, Take};

use crate::{CommitOutcome, CommitRequest, Lineage, Repository, Result};

/// One of the two sides of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeSide {
    /// The branch that is merged into.
    Ours,
    /// The branch that is merged.
    Theirs,
}

/// What to merge.
#[derive(Debug, Clone)]
pub struct MergeRequest {
    /// Head of the branch that is merged into.
    pub ours: Hash,
    /// Head of the branch that is merged.
    pub theirs: Hash,
    /// How conflicts are settled; those that are not are reported.
    pub settle: Settle,
    /// Who merges.
    pub author: String,
    /// Why.
    pub message: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}

/// What came of a merge. No ref was moved.
#[derive(Debug, Clone, PartialEq)]
pub enum MergeOutcome {
    /// Our branch holds all of theirs already.
    UpToDate,
    /// Our branch is behind theirs: it can simply go to their head.
    FastForward(Hash),
    /// There is a new commit with both parents.
    Merged(CommitOutcome),
    /// Both changed the same things; nothing was written.
    Conflicts(Vec<MergeConflict>),
}

/// Something that both sides changed, differently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergeConflict {
    /// The sample.
    pub key: String,
    /// Layer of the label, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Id of the label's item, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// What of it: `sample`, `label`, `split`, `class`, `shape`, `field image`, `metadata author`, …
    pub part: String,
    /// Before both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Value>,
    /// On our side; absent: deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ours: Option<Value>,
    /// On their side; absent: deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Value>,
}

/// Who merges or reverts, why, and when.
pub(crate) struct Byline {
    author: String,
    message: String,
    time_ms: i64,
}

impl Repository {
    /// Merges two commits. Writes a commit if it must, moves no ref. The commit holds the resolutions.
    ///
    /// # Errors
    /// [`Error::NoMergeBase`](crate::Error::NoMergeBase),
    /// [`Error::InvalidResolution`](crate::Error::InvalidResolution),
    /// [`Error::Damaged`](crate::Error::Damaged), failures of the store.
    pub async fn merge(&self, request: MergeRequest) -> Result<MergeOutcome> {
        let plan = self
            .plan_merge(&request.ours, &request.theirs, &request.settle)
            .await?;
        let parents = vec![request.ours, request.theirs];
        let byline = Byline {
            author: request.author,
            message: request.message,
            time_ms: request.time_ms,
        };
        self.carry_out(plan, parents, byline).await
    }

    /// Undoes a commit on top of `onto`: takes back what it changed against its first parent.
    /// Writes a commit, moves no ref.
    ///
    /// # Errors
    /// [`Error::InvalidChange`](crate::Error::InvalidChange) for a first commit, which has nothing before
    /// it; as [`Repository::merge`].
    pub async fn revert(&self, commit: &Hash, request: RevertRequest) -> Result<MergeOutcome> {
        let plan = self
            .plan_revert(commit, &request.onto, &request.settle)
            .await?;
        let byline = Byline {
            author: request.author,
            message: request.message,
            time_ms: request.time_ms,
        };
        self.carry_out(plan, vec![request.onto], byline).await
    }

    async fn carry_out(
        &self,
        plan: MergePlan,
        parents: Vec<Hash>,
        byline: Byline,
    ) -> Result<MergeOutcome> {
        let joined = match plan.step {
            MergeStep::UpToDate => return Ok(MergeOutcome::UpToDate),
            MergeStep::FastForward => return Ok(MergeOutcome::FastForward(plan.theirs)),
            MergeStep::Join => plan.joined,
        };
        if !joined.conflicts.is_empty() {
            return Ok(MergeOutcome::Conflicts(joined.conflicts));
        }
        let Byline {
            author,
            message,
            time_ms,
        } = byline;
        let lineage = Lineage::default();
        let request = CommitRequest {
            parents,
            changes: joined.changes,
            author,
            message,
            time_ms,
            lineage,
        };
        let outcome = Box::pin(self.commit_settled(request, joined.resolutions)).await?;
        Ok(if outcome.changed {
            MergeOutcome::Merged(outcome)
        } else {
            MergeOutcome::UpToDate
        })
    }
}

/// How a commit is undone.
#[derive(Debug, Clone)]
pub struct RevertRequest {
    /// Head of the branch that gets the new commit.
    pub onto: Hash,
    /// How conflicts are settled where a later commit changed the same thing: ours is the branch as it is.
    pub settle: Settle,
    /// Who reverts.
    pub author: String,
    /// Why.
    pub message: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}
