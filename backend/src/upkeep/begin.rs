//! Enqueuing a job that has the workspace's store to itself.

use actix_web::HttpResponse;
use api_types::ErrorCode;
use db::DatabaseTransaction;
use db::entity::workspace;
use ids::Hash;
use job_queue::under_way;
use jobs::{JobPayload, UPKEEP_KINDS};
use sea_orm::{EntityTrait, QuerySelect};

use crate::http::{Effect, Member, once_if};
use crate::jobs::{accepted, enqueue, respond};
use crate::problem::Problem;
use crate::state::AppState;

/// Enqueues the job and answers 202 with it.
///
/// # Errors
/// `upkeep_running` when the workspace has such a job under way.
pub(super) async fn begin(
    state: &AppState,
    member: &Member,
    payload: JobPayload,
    effect: Option<&Effect>,
    body: Hash,
) -> Result<HttpResponse, Problem> {
    let work = async |transaction: &DatabaseTransaction| {
        // Two who ask at once do so one after the other.
        workspace::Entity::find_by_id(member.workspace_id)
            .lock_exclusive()
            .one(transaction)
            .await?;
        if let Some(job) = under_way(transaction, member.workspace_id, UPKEEP_KINDS).await? {
            let detail = format!("the job {} ({}) has not ended", job.id, job.kind);
            return Err(Problem::new(ErrorCode::UpkeepRunning, detail));
        }
        accepted(enqueue(transaction, member, payload.clone()).await?)
    };
    let answer = db::write_transaction(&state.db, async |transaction| {
        once_if(transaction, effect, body, &work).await
    })
    .await?;
    Ok(respond(member, answer))
}
