//! Job `commit_annotations`: commits to a branch what a project's reviewers accepted.
//!
//! What the project committed to the branch before is not committed again, even if others changed it
//! since: an annotation is new when the labels of the project's last commit do not name it as their
//! origin. The commit is made on top of the head; when the head moves meanwhile, it is made again on
//! top of the new one.

use db::Retry;
use db::entity::{project, project_commit, standard_version};
use db::environment::{new_id, now};
use ids::Hash;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, Set,
};
use serde_json::{Value, json};
use standard::{LayerKind, StandardContent};
use uuid::Uuid;
use version_store::{CommitOutcome, CommitRequest, Lineage};

use super::gathered::{Against, Gathered, gather};
use super::label_rows::LayerRule;
use crate::apart::apart;
use crate::attempt::Attempt;
use crate::branch::{self, Move, parse};
use crate::context::OpenDataset;
use crate::failure::{Failure, Result};

/// How often the commit is made again because the branch moved meanwhile.
const TRIES: u32 = 8;

/// What was asked for.
pub(crate) struct Wanted {
    /// The branch that moves.
    pub branch: String,
    /// The commit message.
    pub message: String,
    /// The commit's author.
    pub author: String,
}

pub(crate) async fn run(attempt: &Attempt, project_id: Uuid, wanted: &Wanted) -> Result<()> {
    let workspace_id = attempt.workspace_id()?;
    let project = project::Entity::find_by_id(project_id)
        .filter(project::Column::WorkspaceId.eq(workspace_id))
        .one(attempt.database())
        .await?
        .ok_or_else(|| Failure::gone("project"))?;
    let dataset = attempt
        .context
        .dataset(workspace_id, project.dataset_id)
        .await?;
    let layers = layers(attempt, &project).await?;
    for _ in 0..TRIES {
        // A branch that is not there yet begins at what the project was made from.
        let from = branch::head(attempt.database(), &dataset.row, &wanted.branch).await?;
        let parent = from.map_or_else(|| parse(&project.source_commit), Ok)?;
        let against = Against {
            head: dataset.repository.version(&parent).await?,
            last: last_commit(attempt, &project, &dataset, wanted).await?,
        };
        let gathered = gather(attempt, project.id, &layers, &against).await?;
        let (annotations, without_sample) = (gathered.annotations, gathered.without_sample);
        let outcome = commit(attempt, &dataset, &project, wanted, (parent, gathered)).await?;
        if !outcome.changed && from.is_some() {
            attempt
                .info("nothing was accepted since the last commit")
                .await?;
            let result = json!({"committed": false, "commit": outcome.commit, "annotations": 0,
                "without_sample": without_sample});
            return attempt.complete(attempt.database(), result).await;
        }
        let to = Move {
            branch: wanted.branch.clone(),
            from,
            to: outcome.commit,
        };
        let result = json!({"committed": true, "commit": outcome.commit, "tree": outcome.tree,
            "annotations": annotations, "without_sample": without_sample});
        let text = format!(
            "commit {} holds {annotations} annotations",
            outcome.commit.short()
        );
        attempt.info(&text).await?;
        branch::may_move(attempt, &dataset, &to).await?;
        match finish(attempt, &project, &dataset, &to, result).await {
            Ok(true) => return Ok(()),
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
        format!("branch {:?} keeps moving", wanted.branch),
    ))
}

/// Moves the branch and ends the job. False when the branch was not where it was.
async fn finish(
    attempt: &Attempt,
    project: &project::Model,
    dataset: &OpenDataset,
    to: &Move,
    result: Value,
) -> Result<bool> {
    let transaction = db::begin_write(attempt.database()).await?;
    if !branch::advance(&transaction, &dataset.row, to).await? {
        return Ok(false);
    }
    let annotations = result["annotations"]
        .as_i64()
        .and_then(|count| i32::try_from(count).ok());
    record(&transaction, project, to, annotations.unwrap_or(0)).await?;
    attempt.complete(&transaction, result).await?;
    transaction.commit().await?;
    Ok(true)
}

/// The layers of the project's standard, as far as committing is concerned.
async fn layers(attempt: &Attempt, project: &project::Model) -> Result<Vec<LayerRule>> {
    let row = standard_version::Entity::find_by_id(project.standard_version_id)
        .one(attempt.database())
        .await?
        .ok_or_else(|| Failure::gone("standard"))?;
    let content: StandardContent = serde_json::from_value(row.content)
        .map_err(|error| Failure::refused("internal", error.to_string()))?;
    let layers = content.layers.into_iter().map(|layer| LayerRule {
        single: layer.kind == LayerKind::Classification && !layer.multiple,
        name: layer.name,
    });
    Ok(layers.collect())
}

/// What the project committed to the branch last.
async fn last_commit(
    attempt: &Attempt,
    project: &project::Model,
    dataset: &OpenDataset,
    wanted: &Wanted,
) -> Result<Option<version_store::Version>> {
    let last = project_commit::Entity::find()
        .filter(project_commit::Column::ProjectId.eq(project.id))
        .filter(project_commit::Column::Branch.eq(wanted.branch.as_str()))
        .order_by_desc(project_commit::Column::CreatedAt)
        .order_by_desc(project_commit::Column::Id)
        .one(attempt.database())
        .await?;
    let Some(last) = last else { return Ok(None) };
    Ok(Some(
        dataset
            .repository
            .version(&parse(&last.commit_hash)?)
            .await?,
    ))
}

async fn commit(
    attempt: &Attempt,
    dataset: &OpenDataset,
    project: &project::Model,
    wanted: &Wanted,
    (parent, gathered): (Hash, Gathered),
) -> Result<CommitOutcome> {
    let request = CommitRequest {
        parents: vec![parent],
        changes: gathered.changes,
        author: wanted.author.clone(),
        message: wanted.message.clone(),
        time_ms: now().timestamp_millis(),
        lineage: Lineage {
            projects: vec![project.id.to_string()],
            standards: gathered.standards.into_iter().collect(),
            models: gathered.models.into_iter().collect(),
            sources: Vec::new(),
        },
    };
    let repository = dataset.repository.clone();
    Ok(apart(&attempt.stop, move || async move {
        repository.commit(request).await
    })
    .await??)
}

async fn record(
    transaction: &DatabaseTransaction,
    project: &project::Model,
    to: &Move,
    annotations: i32,
) -> Result<()> {
    let row = project_commit::ActiveModel {
        id: Set(new_id()),
        workspace_id: Set(project.workspace_id),
        project_id: Set(project.id),
        commit_hash: Set(to.to.to_string()),
        branch: Set(to.branch.clone()),
        annotation_count: Set(annotations),
        created_at: Set(now()),
    };
    row.insert(transaction).await?;
    Ok(())
}
