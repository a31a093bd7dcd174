//! Publishes the draft of a standard as its next version.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::standards::{StandardVersionSummary, StandardVersionView};
use db::DatabaseTransaction;
use db::entity::{standard, standard_version};
use db::environment::{new_id, now};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::rows;
use crate::http::Member;
use crate::labeling::require_none;
use crate::problem::Problem;
use crate::state::AppState;

/// Publishes the draft: from now on it can be labelled under, and is never changed.
#[utoipa::path(
    tag = "standards",
    params(("workspace" = String, Path, description = "Workspace"), ("standard" = Uuid, Path, description = "Standard")),
    responses((status = 201, description = "Published", body = StandardVersionView))
)]
#[post("/api/v1/workspaces/{workspace}/standards/{standard}/publish")]
pub async fn publish_standard(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
) -> Result<HttpResponse, Problem> {
    let standard_id = path.1;
    let row = db::write_transaction(&state.db, async |transaction: &DatabaseTransaction| {
        publish(transaction, &member, standard_id).await
    })
    .await?;
    let view = StandardVersionView {
        summary: StandardVersionSummary {
            id: row.id,
            version: row.version.unsigned_abs(),
            hash: row.hash.parse().map_err(Problem::internal)?,
            published_at: row.published_at,
            published_by: member.email.clone(),
        },
        standard_id,
        content: serde_json::from_value(row.content).map_err(Problem::internal)?,
    };
    Ok(HttpResponse::Created().json(view))
}

async fn publish(
    transaction: &DatabaseTransaction,
    member: &Member,
    standard_id: Uuid,
) -> Result<standard_version::Model, Problem> {
    let row = standard::Entity::find_by_id(standard_id)
        .filter(standard::Column::WorkspaceId.eq(member.workspace_id))
        .lock_exclusive()
        .one(transaction)
        .await?
        .ok_or_else(|| Problem::not_found("standard"))?;
    let content = rows::draft(&row)?;
    require_none(ErrorCode::StandardInvalid, &content.check())?;
    let newest = standard_version::Entity::find()
        .filter(standard_version::Column::StandardId.eq(standard_id))
        .order_by_desc(standard_version::Column::Version)
        .one(transaction)
        .await?;
    let hash = content.hash().to_string();
    if newest.as_ref().is_some_and(|newest| newest.hash == hash) {
        let detail = "the draft says what the newest version says";
        return Err(Problem::new(ErrorCode::StandardUnchanged, detail));
    }
    let version = standard_version::Model {
        id: new_id(),
        workspace_id: member.workspace_id,
        standard_id,
        version: newest.map_or(0, |newest| newest.version) + 1,
        hash,
        content: row.draft,
        published_by: member.user_id,
        published_at: now(),
    };
    Ok(version
        .into_active_model()
        .reset_all()
        .insert(transaction)
        .await?)
}
