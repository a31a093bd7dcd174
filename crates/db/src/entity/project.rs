//! Table `projects`. Labelling work over one dataset.

use sea_orm::entity::prelude::*;

use super::kinds::ProjectState;

/// Labelling work over one dataset.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "projects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub dataset_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub name: String,
    #[sea_orm(column_type = "Text")]
    pub source_ref: String,
    #[sea_orm(column_type = "Text")]
    pub source_commit: String,
    #[sea_orm(column_type = "Text")]
    pub query: String,
    pub standard_version_id: Uuid,
    #[sea_orm(column_type = "JsonBinary")]
    pub workflow: Json,
    pub state: ProjectState,
    pub task_count: i32,
    pub created_by: Uuid,
    pub created_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
