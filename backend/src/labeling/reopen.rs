//! Puts a finished task back to work.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, post};
use api_types::labeling::TaskChanged;
use ids::Hash;
use uuid::Uuid;
use workflow::label;

use super::{Change, facts};
use crate::http::{Effect, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Puts an accepted or skipped task back to work. Its answers stay in its history and stand no more.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("task" = Uuid, Path, description = "Task")),
    responses((status = 200, description = "Open again", body = TaskChanged))
)]
#[post("/api/v1/workspaces/{workspace}/tasks/{task}/reopen")]
pub async fn reopen_task(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    effect: Option<Effect>,
) -> Result<HttpResponse, Problem> {
    let (_, project) = facts::task(&state, &member, path.1).await?;
    let change = Change {
        state: &state,
        member: &member,
        task_id: path.1,
        effect,
        body: Hash::of(b""),
    };
    let decide = |task: &workflow::Task| label::reopen(task, &project.settings);
    Ok(change.record(decide).await?.into())
}
