//! Tables of standards.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index, unique};
use crate::tables::NewTables;

/// Tables of standards.
pub(crate) const MIGRATION: NewTables = NewTables {
    name: "m0004_standards",
    names: TABLES,
    tables,
    indexes,
};

/// In the order in which they are made.
const TABLES: &[&str] = &["standards", "standard_versions"];

fn tables() -> Vec<TableCreateStatement> {
    vec![standard(), standard_version()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("standards", &["workspace_id", "name"]),
        unique("standard_versions", &["standard_id", "version"]),
        index("standard_versions", &["workspace_id", "hash"]),
    ]
}

fn standard() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("standards")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(text("name"))
        .col(json_binary("draft"))
        .col(integer("draft_revision"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "standards", "workspace_id", "workspaces");
    foreign_key(&mut table, "standards", "created_by", "users");
    table
}

fn standard_version() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("standard_versions")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("standard_id"))
        .col(integer("version"))
        .col(text("hash"))
        .col(json_binary("content"))
        .col(uuid("published_by"))
        .col(timestamp_with_time_zone("published_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(
        &mut table,
        "standard_versions",
        "workspace_id",
        "workspaces",
    );
    foreign_key(&mut table, "standard_versions", "standard_id", "standards");
    foreign_key(&mut table, "standard_versions", "published_by", "users");
    table
}
