//! Job `import`: reads an upload's files and commits what they hold to a branch.
//!
//! Blobs are written under their hashes, so reading again writes nothing twice. The ref, the report of
//! refused files and the job's success are written in one transaction; when the branch moved
//! meanwhile, only the commit is made again, on top of the new head.

use std::sync::Arc;

use chrono::SecondsFormat;
use db::Retry;
use db::entity::{UploadState, import_issue, upload};
use db::environment::now;
use ids::Hash;
use ingest::{CommitInfo, Format, ImportOptions, ImportOutcome, Reading, Refusal};
use jobs::{Import, ImportFormat};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveEnum, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, Set};
use serde_json::json;
use uuid::Uuid;

use super::reading;
use crate::apart::apart;
use crate::attempt::Attempt;
use crate::branch::{self, Move};
use crate::context::OpenDataset;
use crate::failure::{Failure, Result};

/// How often the commit is made again because the branch moved meanwhile.
const TRIES: u32 = 8;
/// Lines the report of refused files has at most.
const ISSUES: usize = 10_000;
/// Lines inserted by one statement.
const BATCH: usize = 500;

pub(crate) async fn run(attempt: &Attempt, import: &Import) -> Result<()> {
    let workspace_id = attempt.workspace_id()?;
    let dataset = attempt
        .context
        .dataset(workspace_id, import.dataset_id)
        .await?;
    let upload = upload::Entity::find_by_id(import.upload_id)
        .filter(upload::Column::WorkspaceId.eq(workspace_id))
        .filter(upload::Column::DatasetId.eq(import.dataset_id))
        .one(attempt.database())
        .await?
        .ok_or_else(|| Failure::gone("upload"))?;
    let source = reading::source(attempt, &dataset, import).await?;
    let reading = reading::read(attempt, source, options(import), &dataset).await?;
    if reading.progress.samples == 0 && reading.progress.refused > 0 {
        return refuse(attempt, &reading).await;
    }
    let reading = Arc::new(reading);
    let at = now();
    let info = CommitInfo {
        author: import.author.clone(),
        message: import.message.clone(),
        time_ms: at.timestamp_millis(),
        at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
    };
    for _ in 0..TRIES {
        let from = branch::head(attempt.database(), &dataset.row, &import.branch).await?;
        let (read, repository, info) = (
            Arc::clone(&reading),
            dataset.repository.clone(),
            info.clone(),
        );
        let outcome = apart(&attempt.stop, move || async move {
            read.commit(&repository, from, &info).await
        })
        .await??;
        tell(attempt, &outcome).await?;
        match finish(attempt, import, &dataset, from, &outcome).await {
            Ok(true) => return reading::discard(attempt, &dataset, upload.id).await,
            Ok(false) => {}
            Err(failure) if failure.is_retryable() => continue,
            Err(failure) => return Err(failure),
        }
        attempt
            .info("the branch moved meanwhile; committing on top of it")
            .await?;
    }
    Err(Failure::passing(
        "branch_busy",
        format!("branch {:?} keeps moving", import.branch),
    ))
}

fn options(import: &Import) -> ImportOptions {
    let mut options = ImportOptions::new(match import.format {
        ImportFormat::Folder => Format::Folder,
        ImportFormat::Jsonl => Format::JsonLines,
        ImportFormat::Csv => Format::Csv,
        ImportFormat::Files => Format::Files,
        ImportFormat::Parquet => Format::Parquet,
        ImportFormat::Checkout => Format::Checkout,
    });
    options.label_from_folder = import.label_from_folder;
    options.max_refusals = ISSUES;
    options
}

/// Nothing could be read: the report says why, and nothing else changes.
async fn refuse(attempt: &Attempt, reading: &Reading) -> Result<()> {
    let transaction = db::begin_write(attempt.database()).await?;
    report(&transaction, attempt.job.id, &reading.refused).await?;
    transaction.commit().await?;
    let refused = reading.progress.refused;
    let first = reading
        .refused
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    let text = format!("nothing could be imported, {refused} refused; the first: {first}");
    Err(Failure::refused("nothing_imported", text))
}

async fn tell(attempt: &Attempt, outcome: &ImportOutcome) -> Result<()> {
    let ImportOutcome {
        samples,
        added,
        updated,
        refused,
        ..
    } = outcome;
    let text = format!("{samples} samples read: {added} new, {updated} changed; {refused} refused");
    attempt.info(&text).await
}

/// Moves the branch and ends the job. False when the branch was not where it was.
async fn finish(
    attempt: &Attempt,
    import: &Import,
    dataset: &OpenDataset,
    from: Option<Hash>,
    outcome: &ImportOutcome,
) -> Result<bool> {
    let to = outcome.commit.filter(|_| outcome.changed).map(|to| Move {
        branch: import.branch.clone(),
        from,
        to,
    });
    let result = json!({
        "commit": outcome.commit, "tree": outcome.tree, "committed": to.is_some(),
        "samples": outcome.samples, "added": outcome.added, "updated": outcome.updated,
        "labels_set": outcome.labels_set, "labels_kept": outcome.labels_kept,
        "refused": outcome.refused,
    });
    if let Some(to) = &to {
        branch::may_move(attempt, dataset, to).await?;
    }
    let transaction = db::begin_write(attempt.database()).await?;
    if let Some(to) = &to
        && !branch::advance(&transaction, &dataset.row, to).await?
    {
        return Ok(false);
    }
    upload::Entity::update_many()
        .col_expr(
            upload::Column::State,
            Expr::value(UploadState::Imported.to_value()),
        )
        .filter(upload::Column::Id.eq(import.upload_id))
        .exec(&transaction)
        .await?;
    report(&transaction, attempt.job.id, &outcome.refusals).await?;
    attempt.complete(&transaction, result).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Writes the report, in place of one that an earlier attempt wrote.
async fn report(
    transaction: &DatabaseTransaction,
    job_id: Uuid,
    refusals: &[Refusal],
) -> Result<()> {
    import_issue::Entity::delete_many()
        .filter(import_issue::Column::JobId.eq(job_id))
        .exec(transaction)
        .await?;
    let lines = refusals
        .iter()
        .zip(1..)
        .map(|(refusal, seq)| import_issue::ActiveModel {
            job_id: Set(job_id),
            seq: Set(seq),
            path: Set(refusal.path.replace('\0', "\u{fffd}")),
            place: Set(refusal.place.clone()),
            code: Set(refusal.code.clone()),
            message: Set(refusal.message.replace('\0', "\u{fffd}")),
        });
    let lines: Vec<_> = lines.collect();
    for batch in lines.chunks(BATCH) {
        import_issue::Entity::insert_many(batch.iter().cloned())
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}
