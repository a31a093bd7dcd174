//! Tables of models.

use sea_orm_migration::{prelude::*, schema::*};

use crate::columns::{foreign_key, index, unique};

/// Tables of models.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0006_models"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES.iter().rev() {
            manager
                .drop_table(Table::drop().table(*table).to_owned())
                .await?;
        }
        Ok(())
    }
}

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
