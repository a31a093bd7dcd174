//! What a running job tells: that it lives, how far it is, and lines to read; and asking it to stop.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveEnum, ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Set, UpdateMany,
};
use uuid::Uuid;

use crate::entity::job::{Column, Entity, JobState, Model};
use crate::entity::job_log;

/// Whether a worker should go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alive {
    /// Go on.
    Yes,
    /// Somebody asked for the job to be cancelled: stop, and call `complete` or `fail`.
    CancelRequested,
    /// The lease is another worker's now: stop and change nothing.
    Lost,
}

/// The rows `job` may still change: itself, while it runs under the same claim.
pub(crate) fn held(job: &Model) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(job.id))
        .filter(Column::State.eq(JobState::Running))
        .filter(Column::Attempts.eq(job.attempts))
        .filter(Column::LeaseOwner.eq(job.lease_owner.clone()))
}

/// Extends the lease of a claimed `job` to `now + lease`.
///
/// # Errors
/// When the database refuses.
pub async fn heartbeat<C: ConnectionTrait>(
    connection: &C,
    job: &Model,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Alive, DbErr> {
    let update = held(job).col_expr(Column::LeaseUntil, Expr::value(now + lease));
    alive(connection, update).await
}

/// Says how far a claimed `job` is: `done` of `total` (in what the job counts), and what it is at.
///
/// # Errors
/// When the database refuses.
pub async fn progress<C: ConnectionTrait>(
    connection: &C,
    job: &Model,
    done: u64,
    total: Option<u64>,
    message: &str,
) -> Result<Alive, DbErr> {
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let update = held(job)
        .col_expr(Column::ProgressDone, Expr::value(signed(done)))
        .col_expr(Column::ProgressTotal, Expr::value(total.map(signed)))
        .col_expr(Column::Message, Expr::value(message));
    alive(connection, update).await
}

async fn alive<C: ConnectionTrait>(
    connection: &C,
    update: UpdateMany<Entity>,
) -> Result<Alive, DbErr> {
    let rows = update.exec_with_returning(connection).await?;
    Ok(match rows.first() {
        None => Alive::Lost,
        Some(row) if row.cancel_requested => Alive::CancelRequested,
        Some(_) => Alive::Yes,
    })
}

/// Writes a line for the people who may see the job. `level` is `info`, `warning` or `error`.
///
/// # Errors
/// When the database refuses.
pub async fn log<C: ConnectionTrait>(
    connection: &C,
    job_id: Uuid,
    level: &str,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let last: Option<i32> = job_log::Entity::find()
        .select_only()
        .column(job_log::Column::Seq)
        .filter(job_log::Column::JobId.eq(job_id))
        .order_by_desc(job_log::Column::Seq)
        .into_tuple()
        .one(connection)
        .await?;
    let line = job_log::ActiveModel {
        job_id: Set(job_id),
        seq: Set(last.unwrap_or(0).saturating_add(1)),
        at: Set(now),
        level: Set(level.to_owned()),
        text: Set(text.replace('\0', "\u{fffd}")),
    };
    line.insert(connection).await.map(drop)
}

/// Asks for `job_id` to be cancelled. A waiting job is cancelled at once; a running one is told by its
/// next heartbeat. Returns the job as it is now; None when there is no such job in the workspace.
///
/// # Errors
/// When the database refuses.
pub async fn cancel<C: ConnectionTrait>(
    connection: &C,
    workspace_id: Uuid,
    job_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Model>, DbErr> {
    let mine = || {
        Entity::update_many()
            .filter(Column::Id.eq(job_id))
            .filter(Column::WorkspaceId.eq(workspace_id))
    };
    mine()
        .col_expr(Column::CancelRequested, Expr::value(true))
        .filter(Column::State.is_in([JobState::Queued, JobState::Running]))
        .exec(connection)
        .await?;
    mine()
        .col_expr(Column::State, Expr::value(JobState::Cancelled.to_value()))
        .col_expr(Column::FinishedAt, Expr::value(now))
        .filter(Column::State.eq(JobState::Queued))
        .exec(connection)
        .await?;
    crate::read::get(connection, workspace_id, job_id).await
}
