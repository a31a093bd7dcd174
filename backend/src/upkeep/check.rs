//! Checking the store.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use api_types::jobs::JobView;
use api_types::upkeep::NewCheck;
use jobs::JobPayload;

use super::begin::begin;
use crate::http::{Effect, Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Checks the workspace's store, as a job: every byte of every pack, every node, row and ref, or with
/// `fast` only that refs lead to commits and these to their roots. The job's result says what is wrong.
#[utoipa::path(
    tag = "upkeep",
    params(("workspace" = String, Path)),
    request_body = NewCheck,
    responses((status = 202, description = "The job", body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/store/checks")]
pub async fn check_store(
    state: Data<AppState>,
    member: Member,
    effect: Option<Effect>,
    body: Json<NewCheck>,
) -> Result<HttpResponse, Problem> {
    let payload = JobPayload::CheckStore {
        fast: body.value.fast,
    };
    begin(&state, &member, payload, effect.as_ref(), body.hash).await
}
