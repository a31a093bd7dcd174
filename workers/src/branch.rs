//! Moving a branch: compare and swap of its row, with what follows from it in the same transaction.

use db::entity::{RefKind, dataset, ref_row};
use db::environment::{new_id, now};
use db::refs::{self, Branch};
use ids::Hash;
use job_queue::NewJob;
use jobs::JobPayload;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

use version_store::RefMove;

use crate::asking::asking;
use crate::attempt::Attempt;
use crate::context::OpenDataset;
use crate::failure::{Failure, Result};

/// Where a branch is to go, and where it must be for that.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    /// The branch.
    pub branch: String,
    /// The commit it must be at; None when it must not be there yet.
    pub from: Option<Hash>,
    /// The commit it goes to.
    pub to: Hash,
}

/// The commit a branch is at; None when there is no such branch.
pub(crate) async fn head<C: ConnectionTrait>(
    connection: &C,
    dataset: &dataset::Model,
    branch: &str,
) -> Result<Option<Hash>> {
    let row = ref_row::Entity::find_by_id((dataset.id, RefKind::Branch, branch.to_owned()))
        .one(connection)
        .await?;
    row.map(|row| parse(&row.commit_hash)).transpose()
}

/// A hash as the database holds it.
pub(crate) fn parse(text: &str) -> Result<Hash> {
    text.parse()
        .map_err(|_| Failure::refused("internal", format!("{text:?} is not a hash")))
}

/// Asks the gates of a protected branch that have not passed yet, and whether the rules let the
/// branch move. Before [`advance`], outside its transaction: it may read the whole version.
pub(crate) async fn may_move(attempt: &Attempt, dataset: &OpenDataset, to: &Move) -> Result<()> {
    let time_ms = now().timestamp_millis();
    let (repository, asked) = (dataset.repository.clone(), to.clone());
    asking(attempt, &to.branch, async move |means| {
        let moving = RefMove {
            kind: version_store::RefKind::Branch,
            name: &asked.branch,
            old: asked.from,
            new: Some(asked.to),
            by: "service",
            cause: "commit",
            time_ms,
        };
        gates::may_move(&repository, &moving, means).await
    })
    .await
}

/// Moves the branch and enqueues what follows from it. False, and nothing changed, when it is not
/// where it must be.
pub(crate) async fn advance(
    transaction: &DatabaseTransaction,
    dataset: &dataset::Model,
    to: &Move,
) -> Result<bool> {
    let branch = Branch {
        dataset_id: dataset.id,
        name: &to.branch,
    };
    let target = to.to.to_string();
    let moved = match to.from {
        Some(from) => {
            let steps = (from.to_string(), target);
            refs::swap(transaction, branch, (&steps.0, &steps.1), now()).await?
        }
        None => refs::create(transaction, branch, &target, now()).await?,
    };
    if moved {
        follow(transaction, dataset, &to.branch, to.to).await?;
    }
    Ok(moved)
}

/// The index, the statistics, the views and the mirrored ref of a new head.
async fn follow(
    transaction: &DatabaseTransaction,
    dataset: &dataset::Model,
    branch: &str,
    commit: Hash,
) -> Result<()> {
    for payload in JobPayload::after_move(dataset.id, branch, commit) {
        let new = NewJob {
            workspace_id: Some(dataset.workspace_id),
            created_by: None,
            payload,
        };
        job_queue::enqueue(transaction, new, now(), new_id()).await?;
    }
    Ok(())
}
