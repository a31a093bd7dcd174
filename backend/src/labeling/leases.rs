//! Leases as rows, for what needs no lock on the task.

use api_types::labeling::AssignmentView;
use db::entity::{AssignmentKind, AssignmentState, assignment};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;
use workflow::Purpose;

/// The lease that a person holds on a task, if any.
pub(super) async fn held<C: ConnectionTrait>(
    connection: &C,
    task_id: Uuid,
    user_id: Uuid,
) -> Result<Option<assignment::Model>, DbErr> {
    assignment::Entity::find()
        .filter(assignment::Column::TaskId.eq(task_id))
        .filter(assignment::Column::UserId.eq(user_id))
        .filter(assignment::Column::State.eq(AssignmentState::Active))
        .order_by_desc(assignment::Column::Fence)
        .one(connection)
        .await
}

/// A lease on the wire.
pub(super) fn view(row: assignment::Model) -> AssignmentView {
    AssignmentView {
        fence: row.fence.unsigned_abs(),
        expires_at: row.expires_at,
        kind: match row.kind {
            AssignmentKind::Label => Purpose::Label,
            AssignmentKind::Review => Purpose::Review,
        },
    }
}
