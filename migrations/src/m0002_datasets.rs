//! Tables of datasets.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index, unique};
use crate::tables::NewTables;

/// Tables of datasets.
pub(crate) const MIGRATION: NewTables = NewTables {
    name: "m0002_datasets",
    names: TABLES,
    tables,
    indexes,
};

/// In the order in which they are made.
const TABLES: &[&str] = &["datasets", "refs", "uploads", "upload_files"];

fn tables() -> Vec<TableCreateStatement> {
    vec![dataset(), ref_row(), upload(), upload_file()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("datasets", &["workspace_id", "name"]),
        index("uploads", &["dataset_id"]),
    ]
}

fn dataset() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("datasets")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(text("name"))
        .col(text("description"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid("created_by"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "datasets", "workspace_id", "workspaces");
    foreign_key(&mut table, "datasets", "created_by", "users");
    table
}

fn ref_row() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("refs")
        .col(uuid("dataset_id"))
        .col(text("kind"))
        .col(text("name"))
        .col(text("commit_hash"))
        .col(boolean("protected"))
        .col(timestamp_with_time_zone("updated_at"));
    table.primary_key(Index::create().col("dataset_id").col("kind").col("name"));
    foreign_key(&mut table, "refs", "dataset_id", "datasets");
    table
}

fn upload() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("uploads")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("dataset_id"))
        .col(uuid("created_by"))
        .col(text("state"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "uploads", "workspace_id", "workspaces");
    foreign_key(&mut table, "uploads", "dataset_id", "datasets");
    foreign_key(&mut table, "uploads", "created_by", "users");
    table
}

fn upload_file() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("upload_files")
        .col(uuid("upload_id"))
        .col(text("path"))
        .col(text("object_path"))
        .col(big_integer("bytes"))
        .col(text("hash"));
    table.primary_key(Index::create().col("upload_id").col("path"));
    foreign_key(&mut table, "upload_files", "upload_id", "uploads");
    table
}
