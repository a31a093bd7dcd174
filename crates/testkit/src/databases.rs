//! Fresh, migrated databases of both kinds: every database test runs on both.

use migrations::Migrator;
use sea_orm::DatabaseConnection;
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

/// One fresh, migrated database.
#[derive(Debug)]
pub struct TestDatabase {
    /// `sqlite` or `postgresql`, for messages of failing tests.
    pub name: &'static str,
    /// Where it is, as `strata serve --database-url` takes it.
    pub url: String,
    /// A pool over it, opened as the service opens it.
    pub connection: DatabaseConnection,
    _folder: Option<TempDir>,
}

/// A fresh, migrated SQLite file and a fresh, migrated PostgreSQL database.
///
/// # Panics
/// When one of them cannot be made.
pub async fn databases() -> Vec<TestDatabase> {
    vec![sqlite_database().await, postgres_database().await]
}

/// A fresh, migrated SQLite file in a temporary folder.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite_database() -> TestDatabase {
    let folder = tempfile::Builder::new()
        .prefix("strata-sqlite-")
        .tempdir()
        .expect("a temporary folder");
    let url = format!("sqlite://{}/strata.db?mode=rwc", folder.path().display());
    open("sqlite", url, Some(folder)).await
}

async fn postgres_database() -> TestDatabase {
    open("postgresql", crate::postgres_url().await, None).await
}

async fn open(name: &'static str, url: String, folder: Option<TempDir>) -> TestDatabase {
    let connection = db::connect(&url).await.expect("the database opens");
    Migrator::up(&connection, None)
        .await
        .expect("the migrations run");
    TestDatabase {
        name,
        url,
        connection,
        _folder: folder,
    }
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn both_kinds_open_migrated() {
        let databases = super::databases().await;
        let names: Vec<_> = databases.iter().map(|database| database.name).collect();
        assert_eq!(names, ["sqlite", "postgresql"]);
        for database in databases {
            db::ping(&database.connection).await.unwrap();
        }
    }
}
