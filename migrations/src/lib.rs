//! Schema migrations for SQLite and PostgreSQL.
//!
//! They say the schema in their own words and never import entities: an entity follows the newest
//! schema, a migration stays as it was.
#![allow(
    elided_lifetimes_in_paths,
    reason = "the trait of sea-orm-migration is written so, and an implementation must match it"
)]

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

mod columns;
mod m0001_access;
mod m0002_datasets;
mod m0003_jobs;
mod m0004_standards;
mod m0005_labeling;
mod m0006_models;
mod m0007_upkeep;
mod tables;

/// All migrations, in order.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_access::MIGRATION),
            Box::new(m0002_datasets::MIGRATION),
            Box::new(m0003_jobs::MIGRATION),
            Box::new(m0004_standards::MIGRATION),
            Box::new(m0005_labeling::MIGRATION),
            Box::new(m0006_models::MIGRATION),
            Box::new(m0007_upkeep::MIGRATION),
        ]
    }
}

/// Any number that nothing else of this product locks by.
const SCHEMA_LOCK: i64 = 0x0005_7261_7461;

/// Brings the schema up to the newest version; several processes may start at once.
///
/// # Errors
/// When the database refuses a statement; nothing is left behind then.
pub async fn up(database: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = begin(database).await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
}

/// Takes the whole schema down again, with all that is in it.
///
/// # Errors
/// When the database refuses a statement; nothing is changed then.
pub async fn down(database: &DatabaseConnection) -> Result<(), DbErr> {
    let transaction = begin(database).await?;
    Migrator::down(&transaction, None).await?;
    transaction.commit().await
}

/// A transaction that only one process at a time can be in.
async fn begin(database: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = database.begin_with_options(options).await?;
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction
            .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({SCHEMA_LOCK})"))
            .await?;
    }
    Ok(transaction)
}
