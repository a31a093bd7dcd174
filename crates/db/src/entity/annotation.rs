//! Table `annotations`. A submitted result: only ever inserted.

use sea_orm::entity::prelude::*;

/// A submitted result: only ever inserted.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "annotations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub project_id: Uuid,
    pub task_id: Uuid,
    pub assignment_id: Option<Uuid>,
    pub user_id: Uuid,
    pub standard_version_id: Uuid,
    #[sea_orm(column_type = "JsonBinary")]
    pub result: Json,
    pub prediction_id: Option<Uuid>,
    pub prediction_changed: bool,
    pub supersedes: Option<Uuid>,
    pub lead_time_ms: Option<i64>,
    pub created_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
