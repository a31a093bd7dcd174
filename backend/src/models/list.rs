//! Lists the models of a workspace.

use std::collections::HashMap;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::Page;
use api_types::models::{ModelVersionView, ModelView};
use api_types::page::PageQuery;
use db::entity::{model, model_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::http::Member;
use crate::http::cursor::newest_first;
use crate::problem::Problem;
use crate::state::AppState;

/// The models of the workspace with their versions, newest first.
#[utoipa::path(
    tag = "models",
    params(("workspace" = String, Path, description = "Workspace"), PageQuery),
    responses((status = 200, description = "A page", body = Page<ModelView>))
)]
#[get("/api/v1/workspaces/{workspace}/models")]
pub async fn list_models(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    page: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let select = model::Entity::find().filter(model::Column::WorkspaceId.eq(member.workspace_id));
    let (models, next_cursor) = newest_first(&state.db, select, model::Column::Id, &page).await?;
    let mut versions: HashMap<Uuid, Vec<model_version::Model>> = HashMap::new();
    let rows = model_version::Entity::find()
        .filter(model_version::Column::ModelId.is_in(models.iter().map(|row| row.id)))
        .order_by_desc(model_version::Column::Version)
        .all(&state.db)
        .await?;
    for row in rows {
        versions.entry(row.model_id).or_default().push(row);
    }
    let mut items = Vec::with_capacity(models.len());
    for row in models {
        let versions = versions.remove(&row.id).unwrap_or_default();
        let versions = versions
            .into_iter()
            .map(|version| view(version, &row.name))
            .collect::<Result<_, _>>()?;
        items.push(ModelView {
            id: row.id,
            name: row.name,
            versions,
        });
    }
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}

/// A model version on the wire.
pub(super) fn view(row: model_version::Model, name: &str) -> Result<ModelVersionView, Problem> {
    Ok(ModelVersionView {
        id: row.id,
        model_id: row.model_id,
        name: name.to_owned(),
        version: row.version.unsigned_abs(),
        hash: row.hash.parse().map_err(Problem::internal)?,
        manifest: row.manifest,
        created_at: row.created_at,
    })
}
