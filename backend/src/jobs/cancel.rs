//! Asking a job to stop.

use actix_web::web::{Data, Path};
use actix_web::{post, web};
use api_types::ErrorCode;
use api_types::jobs::JobView;
use db::environment::now;
use job_queue::JobState;
use uuid::Uuid;

use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// Cancels a job: at once when it waits, soon when it runs.
#[utoipa::path(
    tag = "jobs",
    params(("workspace" = String, Path), ("job_id" = Uuid, Path)),
    responses((status = 200, body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/jobs/{job_id}/cancel")]
pub async fn cancel_job(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
) -> Result<web::Json<JobView>, Problem> {
    let job_id = path.1;
    let job = db::write_transaction(&state.db, async |transaction| {
        let job = job_queue::cancel(transaction, member.workspace_id, job_id, now()).await?;
        let job = job.ok_or_else(|| Problem::not_found("job"))?;
        if matches!(job.state, JobState::Succeeded | JobState::Failed) {
            return Err(Problem::new(
                ErrorCode::JobFinished,
                "the job has ended already",
            ));
        }
        Ok(job)
    })
    .await?;
    Ok(web::Json(super::view(job)))
}
