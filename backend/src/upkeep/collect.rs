//! Collecting garbage.

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::jobs::JobView;
use api_types::upkeep::NewCollection;
use jobs::JobPayload;

use super::begin::begin;
use crate::http::{Effect, Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

const HOUR_MS: i64 = 3_600_000;
const DEFAULT_GRACE_HOURS: u32 = 24;
/// Requests and jobs that write end within the least; the most is a year.
const GRACE_HOURS: std::ops::RangeInclusive<u32> = 1..=8_760;

/// Deletes what no ref of the workspace leads to, as a job. What became unreferred less than the grace
/// ago stays; so what is deleted was condemned by an earlier collection.
#[utoipa::path(
    tag = "upkeep",
    params(("workspace" = String, Path)),
    request_body = NewCollection,
    responses((status = 202, description = "The job", body = JobView))
)]
#[post("/api/v1/workspaces/{workspace}/store/collections")]
pub async fn collect_garbage(
    state: Data<AppState>,
    member: Member,
    effect: Option<Effect>,
    body: Json<NewCollection>,
) -> Result<HttpResponse, Problem> {
    let hours = body.value.grace_hours.unwrap_or(DEFAULT_GRACE_HOURS);
    if !GRACE_HOURS.contains(&hours) {
        let (least, most) = (GRACE_HOURS.start(), GRACE_HOURS.end());
        let detail = format!("the grace is {least} to {most} hours");
        return Err(Problem::new(ErrorCode::InvalidBody, detail).at("/grace_hours"));
    }
    let payload = JobPayload::CollectGarbage {
        grace_ms: i64::from(hours) * HOUR_MS,
        dry_run: body.value.dry_run,
    };
    begin(&state, &member, payload, effect.as_ref(), body.hash).await
}
