//! What a job wrote for its users.

use actix_web::web::{Data, Path, Query};
use actix_web::{get, web};
use api_types::Page;
use api_types::jobs::{JobLogLine, LogsQuery};
use api_types::page::MAX_LIMIT;
use uuid::Uuid;

use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// The lines of a job, oldest first; go on with `after` the last line's number.
#[utoipa::path(
    tag = "jobs",
    params(("workspace" = String, Path), ("job_id" = Uuid, Path), LogsQuery),
    responses((status = 200, body = Page<JobLogLine>))
)]
#[get("/api/v1/workspaces/{workspace}/jobs/{job_id}/logs")]
pub async fn list_job_logs(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
    query: Query<LogsQuery>,
) -> Result<web::Json<Page<JobLogLine>>, Problem> {
    let job = super::find(&state.db, &member, path.1).await?;
    let after = i32::try_from(query.after.unwrap_or(0)).unwrap_or(i32::MAX);
    let lines = job_queue::logs(&state.db, job.id, after, u64::from(MAX_LIMIT)).await?;
    let more = lines.len() == MAX_LIMIT as usize;
    let last = lines.last().filter(|_| more);
    Ok(web::Json(Page {
        next_cursor: last.map(|line| line.seq.to_string()),
        items: lines
            .into_iter()
            .map(|line| JobLogLine {
                seq: line.seq.unsigned_abs(),
                at: line.at,
                level: line.level,
                text: line.text,
            })
            .collect(),
    }))
}
