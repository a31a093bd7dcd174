//! What an import refused, line by line.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::datasets::ImportIssueView;
use api_types::page::{PageQuery, limit};
use api_types::{ErrorCode, Page};
use db::entity::import_issue;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// The report of an import.
#[utoipa::path(
    tag = "datasets",
    params(("workspace" = String, Path), ("job_id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<ImportIssueView>))
)]
#[get("/api/v1/workspaces/{workspace}/jobs/{job_id}/issues")]
pub async fn list_import_issues(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
    query: Query<PageQuery>,
) -> Result<web::Json<Page<ImportIssueView>>, Problem> {
    let job = crate::jobs::find(&state.db, &member, path.1).await?;
    let limit = limit(query.limit);
    let wrong =
        |_| Problem::new(ErrorCode::InvalidCursor, "the cursor is not one of ours").at("cursor");
    let after: i32 = match &query.cursor {
        Some(text) => cursor::decode(text)?.parse().map_err(wrong)?,
        None => -1,
    };
    let mut rows = import_issue::Entity::find()
        .filter(import_issue::Column::JobId.eq(job.id))
        .filter(import_issue::Column::Seq.gt(after))
        .order_by_asc(import_issue::Column::Seq)
        .limit(u64::from(limit) + 1)
        .all(&state.db)
        .await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let last = rows.last().filter(|_| more);
    Ok(web::Json(Page {
        next_cursor: last.map(|row| cursor::encode(&row.seq.to_string())),
        items: rows.into_iter().map(view).collect(),
    }))
}

fn view(row: import_issue::Model) -> ImportIssueView {
    ImportIssueView {
        path: row.path,
        place: row.place,
        code: row.code,
        message: row.message,
    }
}
