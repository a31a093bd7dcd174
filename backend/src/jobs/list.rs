//! The jobs of a workspace.

use actix_web::web::{Data, Query};
use actix_web::{get, web};
use api_types::Page;
use api_types::jobs::JobView;
use api_types::page::{PageQuery, limit};

use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// The jobs, the newest first.
#[utoipa::path(
    tag = "jobs",
    params(("workspace" = String, Path), PageQuery),
    responses((status = 200, body = Page<JobView>))
)]
#[get("/api/v1/workspaces/{workspace}/jobs")]
pub async fn list_jobs(
    state: Data<AppState>,
    member: Member,
    query: Query<PageQuery>,
) -> Result<web::Json<Page<JobView>>, Problem> {
    let before = cursor::decode_id(query.cursor.as_deref())?;
    let limit = limit(query.limit);
    let mut jobs =
        job_queue::list(&state.db, member.workspace_id, before, u64::from(limit) + 1).await?;
    let more = jobs.len() > limit as usize;
    jobs.truncate(limit as usize);
    let last = jobs.last().filter(|_| more);
    Ok(web::Json(Page {
        next_cursor: last.map(|job| cursor::encode(&job.id.to_string())),
        items: jobs.into_iter().map(super::view).collect(),
    }))
}
