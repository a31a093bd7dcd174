//! Opening SQLite and PostgreSQL so that both keep what they acknowledged.

use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr};

/// How long a connection may be waited for before a request gives up.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long SQLite waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// SQLite before this version can corrupt a WAL database when two connections checkpoint.
const SQLITE_AT_LEAST: (u32, u32, u32) = (3, 51, 3);

/// Opens a pool on `sqlite://path?mode=rwc` or `postgres://…`.
///
/// SQLite runs in WAL mode with `synchronous=FULL` and foreign keys on: a commit that was
/// acknowledged is on the disk.
///
/// # Errors
/// When the URL is of neither kind, the database cannot be reached, or SQLite is too old.
pub async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(16)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
    });
    let database = Database::connect(options).await?;
    if database.get_database_backend() == DbBackend::Sqlite {
        require_sqlite(&database).await?;
    }
    Ok(database)
}

/// Asks the database for an answer, to say whether it is there.
///
/// # Errors
/// When it is not.
pub async fn ping(database: &DatabaseConnection) -> Result<(), DbErr> {
    database.execute_unprepared("SELECT 1").await.map(drop)
}

async fn require_sqlite(database: &DatabaseConnection) -> Result<(), DbErr> {
    let statement =
        sea_orm::Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version() AS v");
    let row = database
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| DbErr::Custom("SQLite did not tell its version".to_owned()))?;
    let version: String = row.try_get("", "v")?;
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let found = (next(), next(), next());
    if found < SQLITE_AT_LEAST {
        return Err(DbErr::Custom(format!(
            "SQLite {version} is too old: 3.51.3 is the least"
        )));
    }
    Ok(())
}
