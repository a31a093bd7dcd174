//! Write transactions, the same on both databases.
//!
//! SQLite begins them IMMEDIATE, so a transaction that has begun cannot lose to another writer.
//! PostgreSQL runs them at READ COMMITTED: what must not race is locked (`lock_exclusive`), guarded
//! by a unique key, or moved by compare and swap. What can still be lost (a deadlock, a busy
//! database) is tried again.

use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqlErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, sqlx,
};

use crate::environment;

const ATTEMPTS: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// An error that can say whether the same work may succeed when it is tried again.
pub trait Retry {
    /// True for lost races of the database (deadlock, serialization failure, busy).
    fn is_retryable(&self) -> bool;
}

impl Retry for DbErr {
    fn is_retryable(&self) -> bool {
        let (Self::Exec(RuntimeErr::SqlxError(error))
        | Self::Query(RuntimeErr::SqlxError(error))
        | Self::Conn(RuntimeErr::SqlxError(error))) = self
        else {
            return false;
        };
        let sqlx::Error::Database(error) = error.as_ref() else {
            return false;
        };
        // PostgreSQL: serialization failure, deadlock. SQLite: busy, locked, busy snapshot.
        matches!(
            error.code().as_deref(),
            Some("40001" | "40P01" | "5" | "6" | "261" | "517")
        )
    }
}

/// Begins a write transaction. It rolls back when it is dropped without `commit`.
///
/// # Errors
/// When no connection or no write lock can be had in time.
pub async fn begin_write(database: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    database.begin_with_options(options).await
}

/// Runs `work` in one write transaction: commits on `Ok`, rolls back on `Err`, and runs it again
/// from the start (up to six times, with growing waits) when the database lost a race.
///
/// `work` may run more than once, so its only effects are those inside the transaction. Dropping
/// the future rolls back.
///
/// # Errors
/// What `work` returned, or the database's own error.
pub async fn write_transaction<T, E, F>(database: &DatabaseConnection, work: F) -> Result<T, E>
where
    F: AsyncFn(&DatabaseTransaction) -> Result<T, E>,
    E: From<DbErr> + Retry,
{
    let mut wait = FIRST_WAIT;
    for _ in 1..ATTEMPTS {
        match attempt(database, &work).await {
            Err(error) if error.is_retryable() => {
                tracing::debug!(
                    wait_ms = wait.as_millis(),
                    "a write transaction is tried again"
                );
                tokio::time::sleep(wait + environment::jitter(wait)).await;
                wait *= 2;
            }
            outcome => return outcome,
        }
    }
    attempt(database, &work).await
}

async fn attempt<T, E, F>(database: &DatabaseConnection, work: &F) -> Result<T, E>
where
    F: AsyncFn(&DatabaseTransaction) -> Result<T, E>,
    E: From<DbErr> + Retry,
{
    let transaction = begin_write(database).await?;
    match work(&transaction).await {
        Ok(value) => {
            transaction.commit().await?;
            Ok(value)
        }
        Err(error) => {
            // The error of the work is the one to tell; a failed rollback ends with the connection.
            if let Err(rollback) = transaction.rollback().await {
                tracing::warn!(error = %rollback, "a rollback failed");
            }
            Err(error)
        }
    }
}

/// True when a row with the same unique key is there already.
#[must_use]
pub fn is_unique_violation(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
