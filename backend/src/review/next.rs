//! Hands out the next task to review.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::access::Role;
use api_types::labeling::AnnotationView;
use api_types::review::ReviewTaskView;
use db::DatabaseTransaction;
use db::entity::{annotation, member as member_row};
use db::environment::now;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::http::Member;
use crate::labeling::{
    Asker, LockedTask, annotation_view, next_to_review, people, project, require_active, task_view,
};
use crate::problem::Problem;
use crate::state::AppState;

/// The next task to review, leased to the caller, with its present answers. 204 when there is none.
///
/// Nobody is given an answer of their own, except owners and a person who is the only one in the
/// workspace that can review: else their work could never be accepted.
#[utoipa::path(
    tag = "review",
    params(("workspace" = String, Path, description = "Workspace"), ("project" = Uuid, Path, description = "Project")),
    responses(
        (status = 200, description = "The task, its lease and its answers", body = ReviewTaskView),
        (status = 204, description = "There is nothing to review"),
    )
)]
#[post("/api/v1/workspaces/{workspace}/projects/{project}/reviews/next")]
pub async fn next_review(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
) -> Result<HttpResponse, Problem> {
    let project = project(&state, &member, path.1).await?;
    require_active(&project)?;
    let may_judge_own = may_judge_own(&state, &member).await?;
    let asker = Asker {
        project_id: project.row.id,
        settings: project.settings,
        user: member.user_id,
        now: now(),
    };
    let picked = db::write_transaction(&state.db, async |transaction: &DatabaseTransaction| {
        next_to_review(transaction, asker, may_judge_own)
            .await
            .map_err(Problem::from)
    })
    .await?;
    let Some(task) = picked else {
        return Ok(HttpResponse::NoContent().finish());
    };
    let lease = task.lease_of(member.user_id);
    let view = ReviewTaskView {
        annotations: present_answers(&state, &task).await?,
        task: task_view(&state, &member, &project, &task.row, lease).await?,
    };
    Ok(HttpResponse::Ok().json(view))
}

async fn may_judge_own(state: &AppState, member: &Member) -> Result<bool, Problem> {
    if member.role == Role::Owner {
        return Ok(true);
    }
    use db::entity::Role as Row;
    let others = member_row::Entity::find()
        .filter(member_row::Column::WorkspaceId.eq(member.workspace_id))
        .filter(member_row::Column::UserId.ne(member.user_id))
        .filter(member_row::Column::Role.is_in([Row::Reviewer, Row::Manager, Row::Owner]))
        .count(&state.db)
        .await?;
    Ok(others == 0)
}

async fn present_answers(
    state: &AppState,
    task: &LockedTask,
) -> Result<Vec<AnnotationView>, Problem> {
    let present: Vec<Uuid> = task.state.answered().map(|a| a.id).collect();
    let rows = annotation::Entity::find()
        .filter(annotation::Column::TaskId.eq(task.row.id))
        .filter(annotation::Column::AssignmentId.is_in(present))
        .order_by_asc(annotation::Column::CreatedAt)
        .order_by_asc(annotation::Column::Id)
        .all(&state.db)
        .await?;
    let known = people(&state.db, rows.iter().map(|row| row.user_id)).await?;
    rows.into_iter()
        .map(|row| annotation_view(row, &known))
        .collect()
}
