//! Three-way merge: two lines of history become one. Rows join by key, parts of a row by name.

mod parts;
mod three_way;

use ids::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{CommitOutcome, CommitRequest, Error, Lineage, Repository, Result};

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
    /// Which side wins where both changed the same thing; `None`: conflicts are reported.
    pub prefer: Option<MergeSide>,
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

impl Repository {
    /// Merges two commits. Writes a commit if it must, moves no ref.
    ///
    /// # Errors
    /// [`Error::NoMergeBase`], [`Error::Damaged`], failures of the store.
    pub async fn merge(&self, request: MergeRequest) -> Result<MergeOutcome> {
        let MergeRequest {
            ours,
            theirs,
            prefer,
            author,
            message,
            time_ms,
        } = request;
        let base = self
            .merge_base(&ours, &theirs)
            .await?
            .ok_or(Error::NoMergeBase { ours, theirs })?;
        if base == theirs {
            return Ok(MergeOutcome::UpToDate);
        }
        if base == ours {
            return Ok(MergeOutcome::FastForward(theirs));
        }
        let joined = self.three_way(&base, &ours, &theirs, prefer).await?;
        if !joined.conflicts.is_empty() {
            return Ok(MergeOutcome::Conflicts(joined.conflicts));
        }
        let lineage = Lineage::default();
        let parents = vec![ours, theirs];
        let request = CommitRequest {
            parents,
            changes: joined.changes,
            author,
            message,
            time_ms,
            lineage,
        };
        Ok(MergeOutcome::Merged(self.commit(request).await?))
    }

    /// Undoes a commit on top of `onto`: takes back what it changed against its first parent.
    /// Writes a commit, moves no ref.
    ///
    /// # Errors
    /// [`Error::InvalidChange`] for a first commit, which has nothing before it;
    /// [`Error::Damaged`], failures of the store.
    pub async fn revert(&self, commit: &Hash, request: RevertRequest) -> Result<MergeOutcome> {
        let RevertRequest {
            onto,
            prefer,
            author,
            message,
            time_ms,
        } = request;
        let parent = self.store.commit(commit).await?.parents.first().copied();
        let parent = parent.ok_or_else(|| Error::InvalidChange {
            key: commit.to_string(),
            reason: "it is a first commit, there is nothing to go back to".into(),
        })?;
        let joined = self.three_way(commit, &onto, &parent, prefer).await?;
        if !joined.conflicts.is_empty() {
            return Ok(MergeOutcome::Conflicts(joined.conflicts));
        }
        let lineage = Lineage::default();
        let parents = vec![onto];
        let request = CommitRequest {
            parents,
            changes: joined.changes,
            author,
            message,
            time_ms,
            lineage,
        };
        let outcome = self.commit(request).await?;
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
    /// Which side wins where a later commit changed the same thing: ours is the branch as it is.
    pub prefer: Option<MergeSide>,
    /// Who reverts.
    pub author: String,
    /// Why.
    pub message: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}
