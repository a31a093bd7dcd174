//! Table `reviews`. A decision on one annotation: only ever inserted.

use sea_orm::entity::prelude::*;

use super::kinds::Decision;

/// A decision on one annotation: only ever inserted.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reviews")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub project_id: Uuid,
    pub task_id: Uuid,
    pub annotation_id: Uuid,
    pub reviewer_id: Uuid,
    pub decision: Decision,
    #[sea_orm(column_type = "Text")]
    pub comment: String,
    pub fixed_annotation_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
