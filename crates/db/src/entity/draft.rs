//! Table `drafts`. An autosaved, unsubmitted result.

use sea_orm::entity::prelude::*;

/// An autosaved, unsubmitted result.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "drafts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub task_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub workspace_id: Uuid,
    pub fence: i64,
    pub revision: i32,
    #[sea_orm(column_type = "JsonBinary")]
    pub result: Json,
    pub updated_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
