//! Tables of upkeep.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index};
use crate::tables::NewTables;

/// Tables of upkeep.
pub(crate) const MIGRATION: NewTables = NewTables {
    name: "m0007_upkeep",
    names: TABLES,
    tables,
    indexes,
};

/// In the order in which they are made.
const TABLES: &[&str] = &["erasures"];

fn tables() -> Vec<TableCreateStatement> {
    vec![erasure()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("erasures", &["workspace_id", "id"]),
        index("erasures", &["erased_at"]),
    ]
}

fn erasure() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("erasures")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(json_binary("keys"))
        .col(text("reason"))
        .col(text("author"))
        .col(json_binary("report"))
        .col(timestamp_with_time_zone("erased_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "erasures", "workspace_id", "workspaces");
    table
}
