//! Job `erase_samples`: takes samples out of every version of the workspace, and out of its tasks.
//!
//! The store first, whose tombstones make a second try go on where the first one ended; then the
//! database, in one transaction with the note of the erasure. Services that see the note forget what
//! they remember of the workspace's versions.

use std::collections::BTreeMap;

use dataset::SampleKey;
use db::DatabaseTransaction;
use db::entity::{
    RefKind, annotation, assignment, dataset as datasets, draft, erasure, prediction, project,
    ref_row, review, task, task_event,
};
use db::environment::{new_id, now};
use job_queue::NewJob;
use jobs::{Erasure, JobPayload};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;
use uuid::Uuid;
use version_store::{EraseReport, EraseRequest, Store};

use crate::apart::apart;
use crate::attempt::Attempt;
use crate::branch::parse;
use crate::failure::{Failure, Result};

/// Commits made while samples are being erased may hold them again: look so often at most.
const PASSES: usize = 4;
/// Tasks that one statement names.
const BATCH: usize = 500;

pub(crate) async fn run(attempt: &Attempt, wanted: &Erasure) -> Result<()> {
    let workspace_id = attempt.workspace_id()?;
    let store = attempt.context.store(workspace_id).await?;
    let report = erase(attempt, &store, wanted).await?;
    for kept in &report.blobs_kept {
        let (blob, key) = (kept.hash.short(), &kept.key);
        let text = format!("the file {blob} stays: {key:?} uses it too");
        attempt.warning(&text).await?;
    }
    let transaction = db::begin_write(attempt.database()).await?;
    let found = tasks(&transaction, workspace_id, &wanted.keys).await?;
    let result = json!({"dry_run": wanted.dry_run, "tasks": found.len(), "report": report});
    if !wanted.dry_run {
        delete_tasks(&transaction, &found).await?;
        note(&transaction, workspace_id, wanted, &result).await?;
        derive_again(&transaction, workspace_id).await?;
    }
    attempt.complete(&transaction, result).await?;
    transaction.commit().await?;
    Ok(())
}

async fn erase(attempt: &Attempt, store: &Store, wanted: &Erasure) -> Result<EraseReport> {
    let keys: std::result::Result<Vec<SampleKey>, _> = wanted
        .keys
        .iter()
        .map(|key| SampleKey::new(key.as_str()))
        .collect();
    let request = EraseRequest {
        keys: keys.map_err(|error| Failure::refused("payload_invalid", error.to_string()))?,
        by: wanted.author.clone(),
        reason: wanted.reason.clone(),
        time_ms: now().timestamp_millis(),
        dry_run: wanted.dry_run,
    };
    attempt
        .progress(0, None, "looking through every version")
        .await?;
    let mut first = None;
    for _ in 0..PASSES {
        let (store, request) = (store.clone(), request.clone());
        let erased = apart(
            &attempt.stop,
            move || async move { store.erase(&request).await },
        );
        let report = erased.await??;
        let is_clean = report.rows == 0;
        let report = first.get_or_insert(report).clone();
        if is_clean || wanted.dry_run {
            return Ok(report);
        }
    }
    Err(Failure::passing(
        "still_written",
        "versions with these samples keep being made; stop what makes them",
    ))
}

/// The tasks of these samples, with their projects.
async fn tasks(
    transaction: &DatabaseTransaction,
    workspace_id: Uuid,
    keys: &[String],
) -> Result<Vec<task::Model>> {
    Ok(task::Entity::find()
        .filter(task::Column::WorkspaceId.eq(workspace_id))
        .filter(task::Column::SampleKey.is_in(keys))
        .all(transaction)
        .await?)
}

/// Deletes tasks with all that was said in them.
async fn delete_tasks(transaction: &DatabaseTransaction, found: &[task::Model]) -> Result<()> {
    /// Deletes the rows of a table that belong to the tasks.
    macro_rules! delete_from {
        ($($table:ident)*, $ids:expr) => {$(
            $table::Entity::delete_many()
                .filter($table::Column::TaskId.is_in($ids.iter().copied()))
                .exec(transaction)
                .await?;
        )*};
    }
    let ids: Vec<Uuid> = found.iter().map(|task| task.id).collect();
    for ids in ids.chunks(BATCH) {
        delete_from!(draft prediction review annotation assignment task_event, ids);
        task::Entity::delete_many()
            .filter(task::Column::Id.is_in(ids.iter().copied()))
            .exec(transaction)
            .await?;
    }
    let mut of_project: BTreeMap<Uuid, i32> = BTreeMap::new();
    for task in found {
        *of_project.entry(task.project_id).or_default() += 1;
    }
    for (project_id, fewer) in of_project {
        let count = Expr::col(project::Column::TaskCount).sub(fewer);
        project::Entity::update_many()
            .col_expr(project::Column::TaskCount, count)
            .filter(project::Column::Id.eq(project_id))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

async fn note(
    transaction: &DatabaseTransaction,
    workspace_id: Uuid,
    wanted: &Erasure,
    result: &serde_json::Value,
) -> Result<()> {
    let row = erasure::ActiveModel {
        id: Set(new_id()),
        workspace_id: Set(workspace_id),
        keys: Set(json!(wanted.keys)),
        reason: Set(wanted.reason.clone()),
        author: Set(wanted.author.clone()),
        report: Set(result.clone()),
        erased_at: Set(now()),
    };
    erasure::Entity::insert(row)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Indexes, statistics and views of the branches' heads: those made before may hold what was erased,
/// and went with it.
async fn derive_again(transaction: &DatabaseTransaction, workspace_id: Uuid) -> Result<()> {
    let rows = datasets::Entity::find()
        .filter(datasets::Column::WorkspaceId.eq(workspace_id))
        .all(transaction)
        .await?;
    for dataset in rows {
        let branches = ref_row::Entity::find()
            .filter(ref_row::Column::DatasetId.eq(dataset.id))
            .filter(ref_row::Column::Kind.eq(RefKind::Branch))
            .all(transaction)
            .await?;
        let mut heads: Vec<String> = branches.into_iter().map(|row| row.commit_hash).collect();
        heads.sort();
        heads.dedup();
        for head in heads {
            for payload in JobPayload::derived(dataset.id, parse(&head)?) {
                let new = NewJob {
                    workspace_id: Some(workspace_id),
                    created_by: None,
                    payload,
                };
                job_queue::enqueue(transaction, new, now(), new_id()).await?;
            }
        }
    }
    Ok(())
}
