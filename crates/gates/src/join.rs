//! A merge or revert up to the moment at which its branch moves.

use std::pin::Pin;

use ids::Hash;
use version_store::{
    MergeOutcome, MergeRequest, MergeStep, RefKind, RefMove, Repository, RevertRequest, Settle,
};

use crate::run::{Means, may_move};
use crate::{Error, Result};

/// What is to be brought onto the head of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// All that led to this commit.
    Merge(Hash),
    /// The contrary of what this commit changed.
    Revert(Hash),
}

/// A merge or revert.
#[derive(Debug, Clone)]
pub struct JoinRequest {
    /// What is joined.
    pub join: Join,
    /// The branch.
    pub branch: String,
    /// Where the branch is.
    pub head: Hash,
    /// How conflicts are settled.
    pub settle: Settle,
    /// Who merges or reverts.
    pub author: String,
    /// Why.
    pub message: String,
    /// When, milliseconds since 1970 in UTC.
    pub time_ms: i64,
}

/// What came of a merge or revert. No ref was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// What was to be done.
    pub step: MergeStep,
    /// Where the branch is to go; where it is, when there was nothing to do.
    pub commit: Hash,
}

/// A future whose own type is hidden: the compiler follows types of futures only so deep.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Merges or reverts on the head of a branch, and asks the gates and rules of the branch about what
/// came out. The branch is not moved: that is for whoever keeps it.
///
/// Dropping the future leaves nothing that a ref leads to.
///
/// # Errors
/// [`Error::Conflicts`]; as [`Repository::merge`], [`Repository::revert`] and [`may_move`].
pub async fn join(
    repository: &Repository,
    request: JoinRequest,
    means: Means<'_>,
) -> Result<Joined> {
    let JoinRequest {
        join,
        branch,
        head,
        settle,
        author,
        message,
        time_ms,
    } = request;
    let by = author.clone();
    let (outcome, cause) = match join {
        Join::Merge(theirs) => {
            let request = MergeRequest {
                ours: head,
                theirs,
                settle,
                author,
                message,
                time_ms,
            };
            let merging: Boxed<'_, _> = Box::pin(repository.merge(request));
            (merging.await?, "merge")
        }
        Join::Revert(commit) => {
            let request = RevertRequest {
                onto: head,
                settle,
                author,
                message,
                time_ms,
            };
            let reverting: Boxed<'_, _> = Box::pin(repository.revert(&commit, request));
            (reverting.await?, "revert")
        }
    };
    let (step, commit) = match outcome {
        MergeOutcome::UpToDate => (MergeStep::UpToDate, head),
        MergeOutcome::FastForward(commit) => (MergeStep::FastForward, commit),
        MergeOutcome::Merged(made) => (MergeStep::Join, made.commit),
        MergeOutcome::Conflicts(conflicts) => return Err(Error::of_conflicts(&conflicts)),
    };
    let moving = RefMove {
        kind: RefKind::Branch,
        name: &branch,
        old: Some(head),
        new: Some(commit),
        by: &by,
        cause,
        time_ms,
    };
    if commit != head {
        let asking: Boxed<'_, _> = Box::pin(may_move(repository, &moving, means));
        asking.await?;
    }
    Ok(Joined { step, commit })
}
