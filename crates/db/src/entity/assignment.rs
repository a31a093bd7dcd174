//! Table `assignments`. One person's lease on one task.

use sea_orm::entity::prelude::*;

use super::kinds::{AssignmentKind, AssignmentState};

/// One person's lease on one task.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assignments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub project_id: Uuid,
    pub task_id: Uuid,
    pub user_id: Uuid,
    pub kind: AssignmentKind,
    pub fence: i64,
    pub state: AssignmentState,
    pub leased_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
}

/// No relations: a query names the tables it joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
