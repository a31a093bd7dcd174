//! Lists the standards of a workspace.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::Page;
use api_types::page::{PageQuery, limit};
use api_types::standards::StandardSummary;
use db::entity::standard;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::rows;
use crate::http::{Member, cursor};
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
    let wanted = limit(page.limit) as usize;
    let mut select = standard::Entity::find()
        .filter(standard::Column::WorkspaceId.eq(member.workspace_id))
        .order_by_desc(standard::Column::Id)
        .limit(wanted as u64 + 1);
    if let Some(before) = cursor::decode_id(page.cursor.as_deref())? {
        select = select.filter(standard::Column::Id.lt(before));
    }
    let mut found = select.all(&state.db).await?;
    let more = found.len() > wanted;
    found.truncate(wanted);
    let ids: Vec<_> = found.iter().map(|row| row.id).collect();
    let mut versions = rows::versions(&state.db, &ids).await?;
    let next_cursor = more
        .then(|| ids.last().map(|id| cursor::encode(&id.to_string())))
        .flatten();
    let items: Vec<StandardSummary> = found
        .iter()
        .map(|row| rows::summary(row, versions.remove(&row.id).unwrap_or_default()))
        .collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}
