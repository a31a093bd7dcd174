//! Skips a task.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::labeling::{SkipRequest, TaskChanged};
use uuid::Uuid;
use workflow::label;

use super::Change;
use crate::http::{Effect, Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// The caller would rather not answer. Their place is used up: a task that everyone skipped is skipped.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("task" = Uuid, Path, description = "Task")),
    request_body = SkipRequest,
    responses((status = 200, description = "Skipped", body = TaskChanged))
)]
#[post("/api/v1/workspaces/{workspace}/tasks/{task}/skip")]
pub async fn skip_task(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    effect: Option<Effect>,
    body: Json<SkipRequest>,
) -> Result<HttpResponse, Problem> {
    let SkipRequest { fence, reason } = body.value;
    let change = Change {
        state: &state,
        member: &member,
        task_id: path.1,
        effect,
        body: body.hash,
    };
    let decide = |task: &workflow::Task| label::skip(task, member.user_id, fence, reason.clone());
    Ok(change.record(decide).await?.into())
}
