//! Job `collect_garbage`: deletes what no ref of the workspace leads to.
//!
//! The truth about refs is in the database; their mirrors in the store may be a moment behind. What a
//! project reads its samples from counts too, although no ref need name it any more.

use db::entity::{dataset, project, ref_row};
use db::environment::now;
use ids::Hash;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use version_store::GcRequest;

use crate::apart::apart;
use crate::attempt::Attempt;
use crate::branch::parse;
use crate::failure::Result;

pub(crate) async fn run(attempt: &Attempt, grace_ms: i64, dry_run: bool) -> Result<()> {
    let store = attempt.context.store(attempt.workspace_id()?).await?;
    attempt
        .progress(0, None, "following every ref to what it needs")
        .await?;
    let request = GcRequest {
        now_ms: now().timestamp_millis(),
        grace_ms,
        extra_roots: roots(attempt).await?,
        dry_run,
    };
    let report = apart(
        &attempt.stop,
        move || async move { store.gc(&request).await },
    )
    .await??;
    let result = json!({"dry_run": dry_run, "report": report});
    attempt.complete(attempt.database(), result).await
}

/// Commits that refs of the database and projects name.
async fn roots(attempt: &Attempt) -> Result<Vec<Hash>> {
    let workspace_id = attempt.workspace_id()?;
    let datasets: Vec<uuid::Uuid> = dataset::Entity::find()
        .select_only()
        .column(dataset::Column::Id)
        .filter(dataset::Column::WorkspaceId.eq(workspace_id))
        .into_tuple()
        .all(attempt.database())
        .await?;
    let mut named: Vec<String> = ref_row::Entity::find()
        .select_only()
        .column(ref_row::Column::CommitHash)
        .filter(ref_row::Column::DatasetId.is_in(datasets))
        .into_tuple()
        .all(attempt.database())
        .await?;
    let sources: Vec<String> = project::Entity::find()
        .select_only()
        .column(project::Column::SourceCommit)
        .filter(project::Column::WorkspaceId.eq(workspace_id))
        .into_tuple()
        .all(attempt.database())
        .await?;
    named.extend(sources);
    named.iter().map(|hash| parse(hash)).collect()
}
