//! Commits what was accepted.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::jobs::JobView;
use api_types::review::CommitAccepted;
use db::DatabaseTransaction;
use db::entity::{TaskState, task};
use jobs::JobPayload;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::http::json::said;
use crate::http::{Answer, Effect, Json, Member, once_if};
use crate::jobs::{accepted, enqueue, respond};
use crate::labeling::{ProjectFacts, project, require_active};
use crate::problem::Problem;
use crate::state::AppState;

/// Commits the accepted answers to a branch, as a job: its result names the commit.
#[utoipa::path(
    tag = "review",
    params(("workspace" = String, Path, description = "Workspace"), ("project" = Uuid, Path, description = "Project")),
    request_body = CommitAccepted,
    responses((status = 202, description = "The job", body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/projects/{project}/commit")]
pub async fn commit_accepted(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    effect: Option<Effect>,
    body: Json<CommitAccepted>,
) -> Result<HttpResponse, Problem> {
    let project = project(&state, &member, path.1).await?;
    require_active(&project)?;
    crate::versioning::require_branch_name(&body.value.branch)?;
    let work = async |transaction: &DatabaseTransaction| {
        start(transaction, &member, &project, &body.value).await
    };
    let answer = db::write_transaction(&state.db, async |transaction| {
        once_if(transaction, effect.as_ref(), body.hash, &work).await
    })
    .await?;
    Ok(respond(&member, answer))
}

async fn start(
    transaction: &DatabaseTransaction,
    member: &Member,
    project: &ProjectFacts,
    wanted: &CommitAccepted,
) -> Result<Answer, Problem> {
    let one = task::Entity::find()
        .filter(task::Column::ProjectId.eq(project.row.id))
        .filter(task::Column::State.eq(TaskState::Accepted))
        .one(transaction)
        .await?;
    if one.is_none() {
        return Err(Problem::new(
            ErrorCode::NothingToCommit,
            "no task of the project is accepted",
        ));
    }
    let payload = JobPayload::CommitAnnotations {
        project_id: project.row.id,
        branch: wanted.branch.clone(),
        message: said(wanted.message.as_ref())
            .unwrap_or_else(|| format!("Labels of project {}", project.row.name)),
        author: member.email.clone(),
    };
    accepted(enqueue(transaction, member, payload).await?)
}
