//! Table `project_commits`. A commit made from accepted annotations.

use sea_orm::entity::prelude::*;

/// A commit made from accepted annotations.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_commits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub project_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub commit_hash: String,
    #[sea_orm(column_type = "Text")]
    pub branch: String,
    pub annotation_count: i32,
    pub created_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
