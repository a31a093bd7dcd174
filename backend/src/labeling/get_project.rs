//! Shows a project and where it stands.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use api_types::labeling::{ProjectState, ProjectSummary, ProjectView, TaskCounts};
use db::entity::{self, project};
use uuid::Uuid;

use super::{facts, progress};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A project with its progress, and the job that makes its tasks until that has ended well.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("project" = Uuid, Path, description = "Project")),
    responses((status = 200, description = "The project", body = ProjectView))
)]
#[get("/api/v1/workspaces/{workspace}/projects/{project}")]
pub async fn get_project(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(view(&state, &member, path.1).await?))
}

/// A project with its progress.
pub(super) async fn view(
    state: &AppState,
    member: &Member,
    project_id: Uuid,
) -> Result<ProjectView, Problem> {
    let project = facts::project(state, member, project_id).await?;
    let progress = progress::progress(state, &project).await?;
    // The job has the project's id.
    let job = job_queue::get(&state.db, member.workspace_id, project_id).await?;
    let unfinished = job.filter(|job| job.state != job_queue::JobState::Succeeded);
    Ok(ProjectView {
        summary: summary(&project.row, project.dataset.clone(), progress.counts)?,
        generating_job: unfinished.map(crate::jobs::view),
        progress,
    })
}

/// A project in a list.
pub(super) fn summary(
    row: &project::Model,
    dataset: String,
    counts: TaskCounts,
) -> Result<ProjectSummary, Problem> {
    Ok(ProjectSummary {
        id: row.id,
        name: row.name.clone(),
        dataset,
        source_ref: row.source_ref.clone(),
        source_commit: row.source_commit.parse().map_err(Problem::internal)?,
        query: row.query.clone(),
        standard_version_id: row.standard_version_id,
        workflow: serde_json::from_value(row.workflow.clone()).map_err(Problem::internal)?,
        state: match row.state {
            entity::ProjectState::Generating => ProjectState::Generating,
            entity::ProjectState::Active => ProjectState::Active,
            entity::ProjectState::Closed => ProjectState::Closed,
        },
        created_at: row.created_at,
        counts,
    })
}
