//! Job `generate_tasks`: makes the tasks of a project, one for each sample its query takes.
//!
//! Tasks are numbered in key order and unique by sample, so a retry makes the same rows and adds
//! only those that are missing. The project becomes active together with the job's success.

use dataset::Query;
use db::entity::{ProjectState, TaskState, project, task};
use db::environment::{new_id, now};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveEnum, ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, Set,
};
use serde_json::json;
use uuid::Uuid;
use workflow::WorkflowSettings;

use crate::attempt::Attempt;
use crate::branch::parse;
use crate::failure::{Failure, Result};

/// Tasks inserted by one statement.
const BATCH: usize = 500;

pub(crate) async fn run(attempt: &Attempt, project_id: Uuid) -> Result<()> {
    let workspace_id = attempt.workspace_id()?;
    let project = project::Entity::find_by_id(project_id)
        .filter(project::Column::WorkspaceId.eq(workspace_id))
        .one(attempt.database())
        .await?
        .ok_or_else(|| Failure::gone("project"))?;
    let query = Query::parse(&project.query)
        .map_err(|error| Failure::refused("query_invalid", error.to_string()))?;
    let settings: WorkflowSettings = serde_json::from_value(project.workflow.clone())
        .map_err(|error| Failure::refused("internal", error.to_string()))?;
    let dataset = attempt
        .context
        .dataset(workspace_id, project.dataset_id)
        .await?;
    let version = dataset
        .repository
        .version(&parse(&project.source_commit)?)
        .await?;
    let total = version.sample_count();
    let slots = i32::try_from(settings.overlap).unwrap_or(1);
    let (mut seen, mut taken) = (0_u64, 0_i32);
    let mut rows = Vec::with_capacity(BATCH);
    let mut samples = version.scan().await?;
    while let Some((sample, labels)) = samples.next().await? {
        seen += 1;
        if query.matches(&sample, &labels) {
            taken += 1;
            rows.push(new_task(&project, sample.key.as_str(), taken, slots));
        }
        if rows.len() == BATCH {
            insert(attempt, std::mem::take(&mut rows)).await?;
        }
        if seen.is_multiple_of(BATCH as u64) {
            let message = format!("{taken} tasks of {seen} samples");
            attempt.progress(seen, Some(total), &message).await?;
        }
    }
    insert(attempt, rows).await?;
    attempt
        .progress(seen, Some(seen), &format!("{taken} tasks"))
        .await?;
    attempt
        .info(&format!("{taken} of {seen} samples became tasks"))
        .await?;
    let transaction = db::begin_write(attempt.database()).await?;
    activate(attempt, &transaction, &project).await?;
    Ok(transaction.commit().await?)
}

fn new_task(project: &project::Model, key: &str, seq: i32, slots: i32) -> task::ActiveModel {
    task::ActiveModel {
        id: Set(new_id()),
        workspace_id: Set(project.workspace_id),
        project_id: Set(project.id),
        seq: Set(seq),
        sample_key: Set(key.to_owned()),
        state: Set(TaskState::Open),
        open_slots: Set(slots),
        fence: Set(0),
        annotation_id: Set(None),
        returned: Set(false),
        returned_to: Set(None),
        created_at: Set(now()),
        updated_at: Set(now()),
    }
}

async fn insert(attempt: &Attempt, rows: Vec<task::ActiveModel>) -> Result<()> {
    attempt.check()?;
    if rows.is_empty() {
        return Ok(());
    }
    let key = [task::Column::ProjectId, task::Column::SampleKey];
    task::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(attempt.database())
        .await?;
    Ok(())
}

/// The project is active, with as many tasks as there are, and the job has succeeded.
async fn activate(
    attempt: &Attempt,
    transaction: &DatabaseTransaction,
    project: &project::Model,
) -> Result<()> {
    let count = task::Entity::find()
        .filter(task::Column::ProjectId.eq(project.id))
        .count(transaction)
        .await?;
    let task_count = i32::try_from(count).unwrap_or(i32::MAX);
    project::Entity::update_many()
        .col_expr(project::Column::TaskCount, Expr::value(task_count))
        .filter(project::Column::Id.eq(project.id))
        .exec(transaction)
        .await?;
    project::Entity::update_many()
        .col_expr(
            project::Column::State,
            Expr::value(ProjectState::Active.to_value()),
        )
        .filter(project::Column::Id.eq(project.id))
        .filter(project::Column::State.eq(ProjectState::Generating.to_value()))
        .exec(transaction)
        .await?;
    attempt.complete(transaction, json!({"tasks": count})).await
}
