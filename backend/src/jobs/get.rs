//! One job.

use actix_web::web::{Data, Path};
use actix_web::{get, web};
use api_types::jobs::JobView;
use uuid::Uuid;

use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// A job.
#[utoipa::path(
    tag = "jobs",
    params(("workspace" = String, Path), ("job_id" = Uuid, Path)),
    responses((status = 200, body = JobView))
)]
#[get("/api/v1/workspaces/{workspace}/jobs/{job_id}")]
pub async fn get_job(
    state: Data<AppState>,
    member: Member,
    path: Path<(String, Uuid)>,
) -> Result<web::Json<JobView>, Problem> {
    let job = super::find(&state.db, &member, path.1).await?;
    Ok(web::Json(super::view(job)))
}
