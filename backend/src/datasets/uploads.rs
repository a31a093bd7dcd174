//! Beginning an upload.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::datasets::UploadView;
use db::entity::{UploadState, upload};
use db::environment::{new_id, now};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use super::dataset;
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// Begins an upload: a place to send the files of one import to.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("dataset" = String, Path)),
    responses((status = 201, body = UploadView))
)]
#[post("/api/v1/workspaces/{workspace}/datasets/{dataset}/uploads")]
pub async fn begin_upload(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let dataset = dataset(&state.db, &member, &path.1).await?;
    let row = upload::Model {
        id: new_id(),
        workspace_id: member.workspace_id,
        dataset_id: dataset.id,
        created_by: member.user_id,
        state: UploadState::Open,
        created_at: now(),
    };
    let row = db::write_transaction(&state.db, async |transaction| {
        row.clone()
            .into_active_model()
            .reset_all()
            .insert(transaction)
            .await
    })
    .await?;
    Ok(HttpResponse::Created().json(UploadView { id: row.id }))
}

/// The upload of the dataset, locked until the transaction ends.
pub(super) async fn locked<C: ConnectionTrait>(
    connection: &C,
    member: &Member,
    dataset_id: Uuid,
    upload_id: Uuid,
) -> Result<upload::Model, Problem> {
    upload::Entity::find_by_id(upload_id)
        .filter(upload::Column::WorkspaceId.eq(member.workspace_id))
        .filter(upload::Column::DatasetId.eq(dataset_id))
        .lock_exclusive()
        .one(connection)
        .await?
        .ok_or_else(|| Problem::not_found("upload"))
}
