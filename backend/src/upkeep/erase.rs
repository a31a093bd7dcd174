//! Erasing samples for good.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::jobs::JobView;
use api_types::upkeep::NewErasure;
use dataset::SampleKey;
use jobs::{Erasure, JobPayload};

use super::begin::begin;
use crate::http::{Effect, Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

const MAX_KEYS: usize = 100;
const MAX_REASON_CHARS: usize = 500;

/// Erases samples from every version of every dataset of the workspace, and their tasks with all that
/// was answered in them, as a job. Keys and hashes stay, so that every version still verifies. It can't
/// be undone.
#[utoipa::path(
    tag = "upkeep",
    params(("workspace" = String, Path)),
    request_body = NewErasure,
    responses((status = 202, description = "The job", body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/store/erasures")]
pub async fn erase_samples(
    state: Data<AppState>,
    member: Member,
    effect: Option<Effect>,
    body: Json<NewErasure>,
) -> Result<HttpResponse, Problem> {
    let Json { value: asked, hash } = body;
    require(&asked)?;
    let payload = JobPayload::EraseSamples(Erasure {
        keys: asked.keys,
        reason: asked.reason.trim().to_owned(),
        author: member.email.clone(),
        dry_run: asked.dry_run,
    });
    begin(&state, &member, payload, effect.as_ref(), hash).await
}

fn require(asked: &NewErasure) -> Result<(), Problem> {
    let unfit =
        |detail: String, place: String| Err(Problem::new(ErrorCode::InvalidBody, detail).at(place));
    if !(1..=MAX_KEYS).contains(&asked.keys.len()) {
        return unfit(format!("name 1 to {MAX_KEYS} samples"), "/keys".into());
    }
    for (i, key) in asked.keys.iter().enumerate() {
        if let Err(error) = SampleKey::new(key.as_str()) {
            return unfit(error.to_string(), format!("/keys/{i}"));
        }
    }
    if !(1..=MAX_REASON_CHARS).contains(&asked.reason.trim().chars().count()) {
        let detail = format!("the reason has 1 to {MAX_REASON_CHARS} characters");
        return unfit(detail, "/reason".into());
    }
    Ok(())
}
