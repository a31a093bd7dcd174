//! Table `standard_versions`. A published standard: never changed.

use sea_orm::entity::prelude::*;

/// A published standard: never changed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "standard_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub standard_id: Uuid,
    pub version: i32,
    #[sea_orm(column_type = "Text")]
    pub hash: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub content: Json,
    pub published_by: Uuid,
    pub published_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
