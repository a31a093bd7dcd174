//! Runs a model over the open tasks of a project.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::jobs::JobView;
use api_types::models::PrelabelRequest;
use db::DatabaseTransaction;
use db::entity::model_version;
use inference::{Manifest, ModelTask};
use jobs::JobPayload;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use standard::{LayerKind, StandardContent};
use uuid::Uuid;

use crate::http::{Effect, Json, Member, once_if};
use crate::jobs::{accepted, enqueue, respond};
use crate::labeling::{project, require_active};
use crate::problem::Problem;
use crate::state::AppState;

/// Runs a model version over the open tasks of a project, as a job. Its layer and classes have to be
/// those of the project's standard.
#[utoipa::path(
    tag = "models",
    params(("workspace" = String, Path, description = "Workspace"), ("project" = Uuid, Path, description = "Project")),
    request_body = PrelabelRequest,
    responses((status = 202, description = "The job", body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/projects/{project}/prelabel")]
pub async fn prelabel_project(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    effect: Option<Effect>,
    body: Json<PrelabelRequest>,
) -> Result<HttpResponse, Problem> {
    let project = project(&state, &member, path.1).await?;
    require_active(&project)?;
    let model_version_id = body.value.model_version_id;
    let version = model_version::Entity::find_by_id(model_version_id)
        .filter(model_version::Column::WorkspaceId.eq(member.workspace_id))
        .one(&state.db)
        .await?
        .ok_or_else(|| Problem::not_found("model version").at("model_version_id"))?;
    let manifest: Manifest = serde_json::from_value(version.manifest).map_err(Problem::internal)?;
    require_fit(&manifest, &project.standard.content)?;
    let payload = JobPayload::Prelabel {
        project_id: project.row.id,
        model_version_id,
    };
    let work = async |transaction: &DatabaseTransaction| {
        accepted(enqueue(transaction, &member, payload.clone()).await?)
    };
    let answer = db::write_transaction(&state.db, async |transaction| {
        once_if(transaction, effect.as_ref(), body.hash, &work).await
    })
    .await?;
    Ok(respond(&member, answer))
}

/// Everything the model may say has to be allowed by the standard.
fn require_fit(manifest: &Manifest, standard: &StandardContent) -> Result<(), Problem> {
    let misfit =
        |detail: String, place: String| Problem::new(ErrorCode::ModelInvalid, detail).at(place);
    let layer = standard.layer(&manifest.layer).ok_or_else(|| {
        misfit(
            format!("the project's standard has no layer {:?}", manifest.layer),
            "manifest.layer".into(),
        )
    })?;
    let kind = match manifest.task {
        ModelTask::ImageClassification => LayerKind::Classification,
    };
    if layer.kind != kind {
        let detail = format!(
            "layer {:?} takes {}, the model answers {}",
            layer.name,
            layer.kind.as_str(),
            kind.as_str()
        );
        return Err(misfit(detail, "manifest.task".into()));
    }
    match manifest
        .classes
        .iter()
        .enumerate()
        .find(|(_, class)| layer.class(class).is_none())
    {
        Some((i, class)) => {
            let detail = format!("layer {:?} has no class {class:?}", layer.name);
            Err(misfit(detail, format!("manifest.classes[{i}]")))
        }
        None => Ok(()),
    }
}
