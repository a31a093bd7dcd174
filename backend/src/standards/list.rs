//! Lists the standards of a workspace.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::Page;
use api_types::page::PageQuery;
use api_types::standards::StandardSummary;
use db::entity::standard;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::rows;
use crate::http::Member;
use crate::http::cursor::newest_first;
use crate::problem::Problem;
use crate::state::AppState;

/// The standards of the workspace with their published versions, newest first.
#[utoipa::path(
    tag = "standards",
    params(("workspace" = String, Path, description = "Workspace"), PageQuery),
    responses((status = 200, description = "A page", body = Page<StandardSummary>))
)]
#[get("/api/v1/workspaces/{workspace}/standards")]
pub async fn list_standards(
    state: Data<AppState>,
    _path: Path<String>,
    member: Member,
    page: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let select =
        standard::Entity::find().filter(standard::Column::WorkspaceId.eq(member.workspace_id));
    let (found, next_cursor) = newest_first(&state.db, select, standard::Column::Id, &page).await?;
    let ids: Vec<_> = found.iter().map(|row| row.id).collect();
    let mut versions = rows::versions(&state.db, &ids).await?;
    let items: Vec<StandardSummary> = found
        .iter()
        .map(|row| rows::summary(row, versions.remove(&row.id).unwrap_or_default()))
        .collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}
