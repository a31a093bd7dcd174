//! Connections, migrations and write transactions, on both databases.
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use db::entity::workspace;
use db::environment::{new_id, now};
use db::{DatabaseTransaction, DbErr, Retry, is_unique_violation};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QuerySelect, Set, Statement,
};

fn space(slug: &str) -> workspace::Model {
    workspace::Model {
        id: new_id(),
        slug: slug.to_owned(),
        name: "0".to_owned(),
        created_at: now(),
    }
}

#[tokio::test]
async fn the_schema_goes_up_and_down_and_up() {
    for database in testkit::databases().await {
        let database = &database.connection;
        let row = space("lab");
        row.clone()
            .into_active_model()
            .reset_all()
            .insert(database)
            .await
            .unwrap();
        let read = workspace::Entity::find_by_id(row.id)
            .one(database)
            .await
            .unwrap();
        assert_eq!(
            read,
            Some(row),
            "what was written comes back, times included"
        );
        migrations::up(database).await.unwrap();
        migrations::down(database).await.unwrap();
        assert!(workspace::Entity::find().one(database).await.is_err());
        migrations::up(database).await.unwrap();
        assert_eq!(workspace::Entity::find().count(database).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn several_processes_may_bring_the_schema_up_at_once() {
    let url = testkit::postgres_url().await;
    let starts = (0..4).map(|_| async {
        let database = db::connect(&url).await.unwrap();
        migrations::up(&database).await.unwrap();
    });
    futures::future::join_all(starts).await;
}

#[tokio::test]
async fn sqlite_keeps_what_it_acknowledged() {
    let database = testkit::sqlite_database().await;
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        let statement = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
        let row = database
            .connection
            .query_one_raw(statement)
            .await
            .unwrap()
            .unwrap();
        let found = row.try_get_by_index::<String>(0).or_else(|_| {
            row.try_get_by_index::<i64>(0)
                .map(|number| number.to_string())
        });
        assert_eq!(found.unwrap(), expected, "{pragma}");
    }
}

/// Reads a number and writes the next: what is lost when two interleave is missing at the end.
async fn count_one(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let row = workspace::Entity::find()
        .filter(workspace::Column::Slug.eq("count"))
        .lock_exclusive()
        .one(transaction)
        .await?
        .ok_or(DbErr::RecordNotInserted)?;
    let next = row.name.parse::<u32>().unwrap_or(0) + 1;
    let mut row = row.into_active_model();
    row.name = Set(next.to_string());
    row.update(transaction).await.map(drop)
}

#[tokio::test]
async fn writers_wait_for_each_other_and_lose_nothing() {
    for database in testkit::databases().await {
        let connection = database.connection.clone();
        space("count")
            .into_active_model()
            .reset_all()
            .insert(&connection)
            .await
            .unwrap();
        let writers = (0..40).map(|_| {
            let connection = connection.clone();
            // Spawned: what runs in a write transaction may move between threads.
            tokio::spawn(async move { db::write_transaction(&connection, count_one).await })
        });
        for written in futures::future::join_all(writers).await {
            written.unwrap().unwrap();
        }
        let row = workspace::Entity::find()
            .one(&connection)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.name, "40", "{}", database.name);
    }
}

#[tokio::test]
async fn a_refused_transaction_changes_nothing() {
    for database in testkit::databases().await {
        let database = &database.connection;
        let refused = db::write_transaction(database, async |transaction| {
            space("a")
                .into_active_model()
                .reset_all()
                .insert(transaction)
                .await?;
            space("a")
                .into_active_model()
                .reset_all()
                .insert(transaction)
                .await
        })
        .await
        .unwrap_err();
        assert!(is_unique_violation(&refused) && !refused.is_retryable());
        assert_eq!(workspace::Entity::find().count(database).await.unwrap(), 0);
    }
}
