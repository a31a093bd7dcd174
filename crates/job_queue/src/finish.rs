//! How a claimed job ends, or is tried again.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, DbErr, QueryFilter, UpdateMany};
use serde::{Deserialize, Serialize};

use crate::entity::job::{Column, Entity, JobState, Model};
use crate::run::held;

const FIRST_BACKOFF_SECONDS: i64 = 2;
const LONGEST_BACKOFF_SECONDS: i64 = 600;

/// Why a job failed, as its user reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobError {
    /// A stable code.
    pub code: String,
    /// What happened, in a sentence.
    pub message: String,
    /// Whether trying again may help.
    #[serde(skip)]
    pub retryable: bool,
}

/// What became of a job that was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ended as told.
    Ended,
    /// It failed and waits for another attempt.
    Retrying {
        /// When it may run again.
        at: DateTime<Utc>,
    },
    /// It was cancelled.
    Cancelled,
    /// The lease was another worker's already; nothing was changed.
    Lost,
}

/// How long to wait after the `attempts`-th failed attempt: 2 s, doubled each time, at most 10 minutes.
#[must_use]
pub fn backoff(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(16);
    TimeDelta::seconds((FIRST_BACKOFF_SECONDS << doublings).min(LONGEST_BACKOFF_SECONDS))
}

/// Ends a claimed `job` well, with what it made. Give the transaction of the job's effects, so that
/// effects and success are there together; roll back on [`Outcome::Lost`].
///
/// # Errors
/// When the database refuses.
pub async fn complete<C: ConnectionTrait>(
    connection: &C,
    job: &Model,
    result: Option<serde_json::Value>,
    now: DateTime<Utc>,
) -> Result<Outcome, DbErr> {
    let update = ended(job, JobState::Succeeded, now)
        .col_expr(Column::Result, Expr::value(result))
        .col_expr(
            Column::Error,
            Expr::value(Option::<serde_json::Value>::None),
        );
    exec(connection, update, Outcome::Ended).await
}

/// Ends an attempt of a claimed `job` badly: it waits and is tried again when `error` is retryable and
/// attempts are left, is cancelled when that was asked for, and has failed otherwise.
///
/// # Errors
/// When the database refuses.
pub async fn fail<C: ConnectionTrait>(
    connection: &C,
    job: &Model,
    error: &JobError,
    now: DateTime<Utc>,
) -> Result<Outcome, DbErr> {
    let stored = serde_json::to_value(error).map_err(|e| DbErr::Json(e.to_string()))?;
    let cancel = ended(job, JobState::Cancelled, now).filter(Column::CancelRequested.eq(true));
    if exec(connection, cancel, Outcome::Cancelled).await? == Outcome::Cancelled {
        return Ok(Outcome::Cancelled);
    }
    if error.retryable && job.attempts < job.max_attempts {
        let at = now + backoff(job.attempts);
        let update = free(held(job))
            .col_expr(Column::State, Expr::value(JobState::Queued.to_value()))
            .col_expr(Column::RunAt, Expr::value(at))
            .col_expr(Column::Error, Expr::value(stored));
        return exec(connection, update, Outcome::Retrying { at }).await;
    }
    let update = ended(job, JobState::Failed, now).col_expr(Column::Error, Expr::value(stored));
    exec(connection, update, Outcome::Ended).await
}

fn ended(job: &Model, state: JobState, now: DateTime<Utc>) -> UpdateMany<Entity> {
    free(held(job))
        .col_expr(Column::State, Expr::value(state.to_value()))
        .col_expr(Column::FinishedAt, Expr::value(now))
}

fn free(update: UpdateMany<Entity>) -> UpdateMany<Entity> {
    update
        .col_expr(Column::LeaseOwner, Expr::value(Option::<String>::None))
        .col_expr(
            Column::LeaseUntil,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
}

async fn exec<C: ConnectionTrait>(
    connection: &C,
    update: UpdateMany<Entity>,
    done: Outcome,
) -> Result<Outcome, DbErr> {
    let changed = update.exec(connection).await?.rows_affected;
    Ok(if changed == 1 { done } else { Outcome::Lost })
}
