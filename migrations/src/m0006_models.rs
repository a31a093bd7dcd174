//! Tables of models.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index, unique};
use crate::tables::NewTables;

/// Tables of models.
pub(crate) const MIGRATION: NewTables = NewTables {
    name: "m0006_models",
    names: TABLES,
    tables,
    indexes,
};

/// In the order in which they are made.
const TABLES: &[&str] = &["models", "model_versions", "predictions"];

fn tables() -> Vec<TableCreateStatement> {
    vec![model(), model_version(), prediction()]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("models", &["workspace_id", "name"]),
        unique("model_versions", &["model_id", "version"]),
        unique("model_versions", &["model_id", "hash"]),
        unique("predictions", &["task_id", "model_version_id"]),
        index("predictions", &["project_id"]),
    ]
}

fn model() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("models")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(text("name"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "models", "workspace_id", "workspaces");
    foreign_key(&mut table, "models", "created_by", "users");
    table
}

fn model_version() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("model_versions")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("model_id"))
        .col(integer("version"))
        .col(text("hash"))
        .col(json_binary("manifest"))
        .col(text("object_path"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "model_versions", "workspace_id", "workspaces");
    foreign_key(&mut table, "model_versions", "model_id", "models");
    foreign_key(&mut table, "model_versions", "created_by", "users");
    table
}

fn prediction() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("predictions")
        .col(uuid("id"))
        .col(uuid("workspace_id"))
        .col(uuid("project_id"))
        .col(uuid("task_id"))
        .col(uuid("model_version_id"))
        .col(json_binary("result"))
        .col(double("score"))
        .col(timestamp_with_time_zone("created_at"));
    table.primary_key(Index::create().col("id"));
    foreign_key(&mut table, "predictions", "workspace_id", "workspaces");
    foreign_key(&mut table, "predictions", "project_id", "projects");
    foreign_key(&mut table, "predictions", "task_id", "tasks");
    foreign_key(
        &mut table,
        "predictions",
        "model_version_id",
        "model_versions",
    );
    table
}
