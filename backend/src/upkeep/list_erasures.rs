//! What was erased.

use actix_web::web::{Data, Query};
use actix_web::{get, web};
use api_types::Page;
use api_types::page::PageQuery;
use api_types::upkeep::ErasureView;
use db::entity::erasure;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// What was erased, the newest first.
#[utoipa::path(
    tag = "upkeep",
    params(("workspace" = String, Path), PageQuery),
    responses((status = 200, body = Page<ErasureView>))
)]
#[get("/api/v1/workspaces/{workspace}/store/erasures")]
pub async fn list_erasures(
    state: Data<AppState>,
    member: Member,
    query: Query<PageQuery>,
) -> Result<web::Json<Page<ErasureView>>, Problem> {
    let select =
        erasure::Entity::find().filter(erasure::Column::WorkspaceId.eq(member.workspace_id));
    let (rows, next_cursor) =
        cursor::newest_first(&state.db, select, erasure::Column::Id, &query).await?;
    Ok(web::Json(Page {
        next_cursor,
        items: rows.into_iter().map(view).collect::<Result<_, _>>()?,
    }))
}

fn view(row: erasure::Model) -> Result<ErasureView, Problem> {
    Ok(ErasureView {
        id: row.id,
        keys: serde_json::from_value(row.keys).map_err(Problem::internal)?,
        reason: row.reason,
        author: row.author,
        erased_at: row.erased_at,
        report: row.report,
    })
}
