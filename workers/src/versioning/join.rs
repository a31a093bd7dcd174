//! Jobs `merge` and `revert`: bring a merge or revert onto a branch.
//!
//! It is made on the head, and made again on the new head when the branch moves meanwhile. What was made
//! in vain is named by nothing. The branch moves in the transaction that ends the job.

use api_types::versioning::{MergeOutcomeView, MergeResult};
use db::Retry;
use db::environment::now;
use gates::{Join, JoinRequest};
use ids::Hash;
use jobs::Joining;
use version_store::{MergeStep, Settle};

use crate::asking::asking;
use crate::attempt::Attempt;
use crate::branch::{self, Move};
use crate::context::OpenDataset;
use crate::failure::{Failure, Result};

/// How often it is made again because the branch moved meanwhile.
const TRIES: u32 = 20;

pub(crate) async fn run(attempt: &Attempt, join: Join, joining: &Joining) -> Result<()> {
    let dataset = attempt
        .context
        .dataset(attempt.workspace_id()?, joining.dataset_id)
        .await?;
    let settle: Settle = serde_json::from_value(joining.settle.clone())
        .map_err(|error| Failure::refused("payload_invalid", error.to_string()))?;
    for _ in 0..TRIES {
        let head = branch::head(attempt.database(), &dataset.row, &joining.branch).await?;
        let head = head.ok_or_else(|| Failure::gone("branch"))?;
        if joining.expected.is_some_and(|expected| expected != head) {
            let text = format!("the branch is at {head}");
            return Err(Failure::refused("precondition_failed", text));
        }
        tell(attempt, join, joining, head).await?;
        let request = JoinRequest {
            join,
            branch: joining.branch.clone(),
            head,
            settle: settle.clone(),
            author: joining.author.clone(),
            message: joining.message.clone(),
            time_ms: now().timestamp_millis(),
        };
        let result = made(attempt, &dataset, request).await?;
        match finish(attempt, &dataset, &result).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(failure) if failure.is_retryable() => continue,
            Err(failure) => return Err(failure),
        }
        attempt
            .info("the branch moved meanwhile; again, on top of it")
            .await?;
    }
    Err(Failure::passing(
        "branch_busy",
        format!("branch {:?} keeps moving", joining.branch),
    ))
}

async fn tell(attempt: &Attempt, join: Join, joining: &Joining, head: Hash) -> Result<()> {
    let (commit, onto) = (joining.commit.short(), head.short());
    let text = match join {
        Join::Merge(_) => format!("merging {commit} into {} at {onto}", joining.branch),
        Join::Revert(_) => format!("undoing {commit} on {} at {onto}", joining.branch),
    };
    attempt.progress(0, None, &text).await?;
    attempt.info(&text).await
}

/// Makes it on the head, and asks the gates about what came out.
async fn made(
    attempt: &Attempt,
    dataset: &OpenDataset,
    request: JoinRequest,
) -> Result<MergeResult> {
    let (branch, old) = (request.branch.clone(), request.head);
    let repository = dataset.repository.clone();
    let joined = asking(attempt, &branch, async move |means| {
        gates::join(&repository, request, means).await
    })
    .await?;
    Ok(MergeResult {
        outcome: view(joined.step),
        branch,
        old,
        commit: joined.commit,
    })
}

const fn view(step: MergeStep) -> MergeOutcomeView {
    match step {
        MergeStep::UpToDate => MergeOutcomeView::UpToDate,
        MergeStep::FastForward => MergeOutcomeView::FastForward,
        MergeStep::Join => MergeOutcomeView::Merged,
    }
}

/// Moves the branch and ends the job. False when the branch was not where it was.
async fn finish(attempt: &Attempt, dataset: &OpenDataset, result: &MergeResult) -> Result<bool> {
    let shown = serde_json::to_value(result)
        .map_err(|error| Failure::refused("internal", error.to_string()))?;
    let transaction = db::begin_write(attempt.database()).await?;
    if result.commit != result.old {
        let to = Move {
            branch: result.branch.clone(),
            from: Some(result.old),
            to: result.commit,
        };
        if !branch::advance(&transaction, &dataset.row, &to).await? {
            return Ok(false);
        }
    }
    attempt.complete(&transaction, shown).await?;
    transaction.commit().await?;
    Ok(true)
}
