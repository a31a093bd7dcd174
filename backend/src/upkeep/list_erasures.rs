//! What was erased.

use actix_web::web::{Data, Query};
use actix_web::{get, web};
use api_types::Page;
use api_types::page::{PageQuery, limit};
use api_types::upkeep::ErasureView;
use db::entity::erasure;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

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
    let limit = limit(query.limit);
    let mut select =
        erasure::Entity::find().filter(erasure::Column::WorkspaceId.eq(member.workspace_id));
    if let Some(before) = cursor::decode_id(query.cursor.as_deref())? {
        select = select.filter(erasure::Column::Id.lt(before));
    }
    let mut rows = select
        .order_by_desc(erasure::Column::Id)
        .limit(u64::from(limit) + 1)
        .all(&state.db)
        .await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| more);
    Ok(web::Json(Page {
        next_cursor: last.map(|row| cursor::encode(&row.id.to_string())),
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
