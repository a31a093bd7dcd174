//! Makes a project; a job makes its tasks.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::labeling::{NewProject, ProjectView};
use dataset::Query;
use db::entity::{ProjectState, project, standard_version};
use db::environment::{new_id, now};
use db::{DatabaseTransaction, is_unique_violation};
use job_queue::{NewJob, enqueue};
use jobs::JobPayload;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use workflow::{SettingsError, WorkflowSettings};

use super::get_project;
use crate::datasets;
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::standards::require_name;
use crate::state::AppState;

/// Makes a project over the samples of a version that the query takes. Its tasks are made by a job.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace")),
    request_body = NewProject,
    responses((status = 201, description = "Made; its tasks are being made", body = ProjectView))
)]
#[post("/api/v1/workspaces/{workspace}/projects")]
pub async fn create_project(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    body: Json<NewProject>,
) -> Result<HttpResponse, Problem> {
    let row = row(&state, &member, body.value).await?;
    let project_id = row.id;
    db::write_transaction(&state.db, async |transaction: &DatabaseTransaction| {
        insert(transaction, &member, row.clone()).await
    })
    .await?;
    let view = get_project::view(&state, &member, project_id).await?;
    Ok(HttpResponse::Created().json(view))
}

async fn row(
    state: &AppState,
    member: &Member,
    wanted: NewProject,
) -> Result<project::Model, Problem> {
    require_name(&wanted.name)?;
    wanted
        .workflow
        .check()
        .map_err(|error| invalid_workflow(&error))?;
    let query = parse_query(&wanted.query)?;
    standard_version::Entity::find_by_id(wanted.standard_version_id)
        .filter(standard_version::Column::WorkspaceId.eq(member.workspace_id))
        .one(&state.db)
        .await?
        .ok_or_else(|| Problem::not_found("standard version").at("standard_version_id"))?;
    let reference = wanted.reference.unwrap_or_else(|| "main".to_owned());
    let source = datasets::resolve(state, member, &wanted.dataset, &reference).await?;
    Ok(project::Model {
        id: new_id(),
        workspace_id: member.workspace_id,
        dataset_id: source.dataset.id,
        name: wanted.name,
        source_ref: reference,
        source_commit: source.commit.to_string(),
        query: query.as_str().to_owned(),
        standard_version_id: wanted.standard_version_id,
        workflow: settings_json(&wanted.workflow)?,
        state: ProjectState::Generating,
        task_count: 0,
        created_by: member.user_id,
        created_at: now(),
    })
}

/// The project and the job that makes its tasks, which has the project's id: that is how it is found again.
async fn insert(
    transaction: &DatabaseTransaction,
    member: &Member,
    row: project::Model,
) -> Result<(), Problem> {
    let (project_id, at) = (row.id, row.created_at);
    row.into_active_model()
        .reset_all()
        .insert(transaction)
        .await
        .map_err(|error| {
            if is_unique_violation(&error) {
                Problem::new(
                    ErrorCode::ProjectExists,
                    "there is a project with this name",
                )
                .at("name")
            } else {
                error.into()
            }
        })?;
    let job = NewJob {
        workspace_id: Some(member.workspace_id),
        created_by: Some(member.user_id),
        payload: JobPayload::GenerateTasks { project_id },
    };
    enqueue(transaction, job, at, project_id).await?;
    Ok(())
}

fn settings_json(settings: &WorkflowSettings) -> Result<serde_json::Value, Problem> {
    serde_json::to_value(settings).map_err(Problem::internal)
}

fn invalid_workflow(error: &SettingsError) -> Problem {
    let place = match error {
        SettingsError::Overlap(_) => "workflow.overlap",
        SettingsError::LeaseSeconds(_) => "workflow.lease_seconds",
    };
    Problem::new(ErrorCode::WorkflowInvalid, error.to_string()).at(place)
}

/// A query of a project.
///
/// # Errors
/// `query_invalid` with the character where it is wrong.
pub(super) fn parse_query(text: &str) -> Result<Query, Problem> {
    Query::parse(text).map_err(|error| {
        Problem::new(ErrorCode::QueryInvalid, error.to_string())
            .at(format!("query, character {}", error.position))
    })
}
