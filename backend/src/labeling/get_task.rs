//! Shows a task.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use api_types::labeling::TaskView;
use db::entity::task;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{facts, leases, view};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A task, with the caller's lease and draft if they hold it.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("task" = Uuid, Path, description = "Task")),
    responses((status = 200, description = "The task", body = TaskView))
)]
#[get("/api/v1/workspaces/{workspace}/tasks/{task}")]
pub async fn get_task(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
) -> Result<HttpResponse, Problem> {
    let row = task::Entity::find_by_id(path.1)
        .filter(task::Column::WorkspaceId.eq(member.workspace_id))
        .one(&state.db)
        .await?
        .ok_or_else(|| Problem::not_found("task"))?;
    let project = facts::project(&state, &member, row.project_id).await?;
    let lease = leases::held(&state.db, row.id, member.user_id)
        .await?
        .map(leases::view);
    let view = view::task_view(&state, &member, &project, &row, lease).await?;
    Ok(HttpResponse::Ok().json(view))
}
