//! Table `erasures`. Samples that were erased for good.

use sea_orm::entity::prelude::*;

/// Samples that were erased for good.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "erasures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    /// A list of strings.
    pub keys: Json,
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    #[sea_orm(column_type = "Text")]
    pub author: String,
    /// What went, as the store counts it.
    pub report: Json,
    pub erased_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
