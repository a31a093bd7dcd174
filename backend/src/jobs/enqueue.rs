//! Jobs that callers start, each in the transaction of its cause.

use ::jobs::JobPayload;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use db::DatabaseTransaction;
use db::environment::{new_id, now};
use job_queue::{Job, NewJob};

use super::view;
use crate::http::{Answer, Member};
use crate::problem::Problem;

/// The newest jobs among which one that does the same is looked for.
const LOOKED_AT: u64 = 200;

/// Enqueues a job of the caller.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue(
    transaction: &DatabaseTransaction,
    member: &Member,
    payload: JobPayload,
) -> Result<Job, Problem> {
    let new = NewJob {
        workspace_id: Some(member.workspace_id),
        created_by: Some(member.user_id),
        payload,
    };
    Ok(job_queue::enqueue(transaction, new, now(), new_id()).await?)
}

/// The job under way that does the same, or a new one: for what anybody may ask for, and all get alike.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue_once(
    transaction: &DatabaseTransaction,
    member: &Member,
    payload: JobPayload,
) -> Result<Job, Problem> {
    let wanted = serde_json::to_value(&payload).map_err(Problem::internal)?;
    let newest = job_queue::list(transaction, member.workspace_id, None, LOOKED_AT).await?;
    let same = |job: &Job| job.payload == wanted && !job.state.is_final() && !job.cancel_requested;
    match newest.into_iter().find(same) {
        Some(job) => Ok(job),
        None => enqueue(transaction, member, payload).await,
    }
}

/// 202 with the job.
///
/// # Errors
/// As [`Answer::new`].
pub fn accepted(job: Job) -> Result<Answer, Problem> {
    Answer::new(StatusCode::ACCEPTED, &view(job))
}

/// The response of an answer that may be a job: then with the job's address.
#[must_use]
pub fn respond(member: &Member, answer: Answer) -> HttpResponse {
    let id = answer.body["id"].as_str().map(str::to_owned);
    let id = id.filter(|_| answer.status == StatusCode::ACCEPTED);
    let mut response = HttpResponse::from(answer);
    let address = id.map(|id| format!("/api/v1/workspaces/{}/jobs/{id}", member.slug));
    if let Some(address) = address.and_then(|address| address.parse().ok()) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}
