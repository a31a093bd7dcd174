//! Gives a task back.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::labeling::{FenceRequest, TaskChanged};
use uuid::Uuid;
use workflow::label;

use super::Change;
use crate::http::{Effect, Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// The caller gives the task back, to be labelled or reviewed by someone else. Their draft stays.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("task" = Uuid, Path, description = "Task")),
    request_body = FenceRequest,
    responses((status = 200, description = "Given back", body = TaskChanged))
)]
#[post("/api/v1/workspaces/{workspace}/tasks/{task}/release")]
pub async fn release_task(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    effect: Option<Effect>,
    body: Json<FenceRequest>,
) -> Result<HttpResponse, Problem> {
    let fence = body.value.fence;
    let change = Change {
        state: &state,
        member: &member,
        task_id: path.1,
        effect,
        body: body.hash,
    };
    Ok(change
        .record(|task: &workflow::Task| label::release(task, member.user_id, fence))
        .await?
        .into())
}
