//! Renews a lease.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::labeling::{AssignmentView, FenceRequest};
use db::DatabaseTransaction;
use uuid::Uuid;
use workflow::label;

use super::{Change, LockedTask, facts, locked};
use crate::http::{Answer, Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Moves the end of the caller's lease to a whole lease from now.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("task" = Uuid, Path, description = "Task")),
    request_body = FenceRequest,
    responses((status = 200, description = "Renewed", body = AssignmentView))
)]
#[post("/api/v1/workspaces/{workspace}/tasks/{task}/renew")]
pub async fn renew_lease(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    body: Json<FenceRequest>,
) -> Result<HttpResponse, Problem> {
    let fence = body.value.fence;
    let (_, project) = facts::task(&state, &member, path.1).await?;
    let change = Change {
        state: &state,
        member: &member,
        task_id: path.1,
        effect: None,
        body: body.hash,
    };
    let answer = change
        .run(
            async |transaction: &DatabaseTransaction,
                   task: LockedTask,
                   now: chrono::DateTime<chrono::Utc>| {
                let (id, expires_at_ms) = label::renew(
                    &task.state,
                    &project.settings,
                    member.user_id,
                    fence,
                    now.timestamp_millis(),
                )?;
                locked::extend(transaction, id, expires_at_ms).await?;
                let lease = task
                    .lease_of(member.user_id)
                    .ok_or(workflow::Refusal::LeaseLost)?;
                Answer::new(
                    StatusCode::OK,
                    &AssignmentView {
                        expires_at: locked::time(expires_at_ms),
                        ..lease
                    },
                )
            },
        )
        .await?;
    Ok(answer.into())
}
