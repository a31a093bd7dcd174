//! Reading jobs, always within a workspace.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::entity::job::{Column, Entity, JobState, Model};
use crate::entity::job_log;

/// A job of the workspace.
///
/// # Errors
/// When the database refuses.
pub async fn get<C: ConnectionTrait>(
    connection: &C,
    workspace_id: Uuid,
    job_id: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(job_id)
        .filter(Column::WorkspaceId.eq(workspace_id))
        .one(connection)
        .await
}

/// At most `limit` jobs of the workspace, the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn list<C: ConnectionTrait>(
    connection: &C,
    workspace_id: Uuid,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let mut select = Entity::find().filter(Column::WorkspaceId.eq(workspace_id));
    if let Some(before) = before {
        select = select.filter(Column::Id.lt(before));
    }
    select
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(connection)
        .await
}

/// A job of these kinds in the workspace that waits or runs, if there is one.
///
/// # Errors
/// When the database refuses.
pub async fn under_way<C: ConnectionTrait>(
    connection: &C,
    workspace_id: Uuid,
    kinds: &[&str],
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::WorkspaceId.eq(workspace_id))
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .filter(Column::State.is_in([JobState::Queued, JobState::Running]))
        .order_by_asc(Column::Id)
        .one(connection)
        .await
}

/// At most `limit` log lines of a job after line `after` (0 for all), oldest first. The caller has made
/// sure that the job may be seen.
///
/// # Errors
/// When the database refuses.
pub async fn logs<C: ConnectionTrait>(
    connection: &C,
    job_id: Uuid,
    after: i32,
    limit: u64,
) -> Result<Vec<job_log::Model>, DbErr> {
    job_log::Entity::find()
        .filter(job_log::Column::JobId.eq(job_id))
        .filter(job_log::Column::Seq.gt(after))
        .order_by_asc(job_log::Column::Seq)
        .limit(limit)
        .all(connection)
        .await
}
