//! Table `tasks`. One sample to be labelled in one project.

use sea_orm::entity::prelude::*;

use super::kinds::TaskState;

/// One sample to be labelled in one project.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub project_id: Uuid,
    pub seq: i32,
    #[sea_orm(column_type = "Text")]
    pub sample_key: String,
    pub state: TaskState,
    /// How many more people may take it.
    pub open_slots: i32,
    /// The last fencing number given out.
    pub fence: i64,
    /// The current annotation, moved by compare and swap.
    pub annotation_id: Option<Uuid>,
    /// Rejected in review, to be redone.
    pub returned: bool,
    pub returned_to: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
