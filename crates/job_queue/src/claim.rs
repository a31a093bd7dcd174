//! Taking the next job of some queues.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LockBehavior, LockType, Query};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, Order,
    QueryFilter,
};

use crate::entity::job::{Column, Entity, JobState, Model};

/// Takes the job that has waited longest in one of `queues`, or one whose lease ran out, for `lease`
/// from `now`. None when there is nothing to do.
///
/// One statement: two workers never get the same job. On PostgreSQL a row another worker is just
/// taking is skipped; SQLite has one writer at a time.
///
/// # Errors
/// When the database refuses.
pub async fn claim<C: ConnectionTrait>(
    connection: &C,
    queues: &[&str],
    owner: &str,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<Model>, DbErr> {
    give_up_lost(connection, queues, now).await?;
    let mut next = Query::select();
    next.column(Column::Id)
        .from(Entity)
        .cond_where(Column::Queue.is_in(queues.iter().copied()))
        .cond_where(claimable(now))
        .order_by(Column::RunAt, Order::Asc)
        .order_by(Column::Id, Order::Asc)
        .limit(1);
    if connection.get_database_backend() == DbBackend::Postgres {
        next.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let claimed = Entity::update_many()
        .col_expr(Column::State, Expr::value(JobState::Running.to_value()))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::LeaseOwner, Expr::value(owner))
        .col_expr(Column::LeaseUntil, Expr::value(now + lease))
        .col_expr(
            Column::StartedAt,
            Func::coalesce([Expr::col(Column::StartedAt), Expr::value(now)]).into(),
        )
        .filter(Column::Id.in_subquery(next))
        .exec_with_returning(connection)
        .await?;
    Ok(claimed.into_iter().next())
}

fn claimable(now: DateTime<Utc>) -> Condition {
    let waiting = Condition::all()
        .add(Column::State.eq(JobState::Queued))
        .add(Column::RunAt.lte(now));
    Condition::any().add(waiting).add(lost(now))
}

fn lost(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::State.eq(JobState::Running))
        .add(Column::LeaseUntil.lt(now))
}

/// A job whose workers died as often as it may be tried has failed; one that was to be cancelled is.
async fn give_up_lost<C: ConnectionTrait>(
    connection: &C,
    queues: &[&str],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ending = |state: JobState| {
        Entity::update_many()
            .col_expr(Column::State, Expr::value(state.to_value()))
            .col_expr(Column::LeaseOwner, Expr::value(Option::<String>::None))
            .col_expr(
                Column::LeaseUntil,
                Expr::value(Option::<DateTime<Utc>>::None),
            )
            .col_expr(Column::FinishedAt, Expr::value(now))
            .filter(Column::Queue.is_in(queues.iter().copied()))
            .filter(lost(now))
    };
    ending(JobState::Cancelled)
        .filter(Column::CancelRequested.eq(true))
        .exec(connection)
        .await?;
    let error = serde_json::json!({
        "code": "worker_lost",
        "message": "the worker stopped before the job ended, as often as it may be tried",
    });
    ending(JobState::Failed)
        .col_expr(Column::Error, Expr::value(error))
        .filter(Expr::col(Column::Attempts).gte(Expr::col(Column::MaxAttempts)))
        .exec(connection)
        .await?;
    Ok(())
}
