//! Hands out the next task.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, post};
use api_types::ErrorCode;
use api_types::labeling::{NextQuery, TaskView};
use db::DatabaseTransaction;
use db::environment::now;
use uuid::Uuid;

use super::pick::{self, Asker};
use super::{facts, view};
use crate::http::Member;
use crate::problem::Problem;
use crate::state::AppState;

/// The most tasks that can be named in `besides`.
const MAX_BESIDES: usize = 16;

/// The next task for the caller, leased to them: one they hold already, else one that was sent back to
/// them, else the first that nobody has. 204 when there is none, or when they hold four.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("project" = Uuid, Path, description = "Project"), NextQuery),
    responses(
        (status = 200, description = "The task and its lease", body = TaskView),
        (status = 204, description = "There is nothing to do"),
    )
)]
#[post("/api/v1/workspaces/{workspace}/projects/{project}/tasks/next")]
pub async fn next_task(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    query: Query<NextQuery>,
) -> Result<HttpResponse, Problem> {
    let besides = besides(query.besides.as_deref().unwrap_or_default())?;
    let project = facts::project(&state, &member, path.1).await?;
    facts::require_active(&project)?;
    let asker = Asker {
        project_id: project.row.id,
        settings: project.settings,
        user: member.user_id,
        now: now(),
    };
    let after = state.labeling.place(asker.project_id, asker.user).await;
    let picked = db::write_transaction(&state.db, async |transaction: &DatabaseTransaction| {
        pick::next_to_label(transaction, asker, &besides, after)
            .await
            .map_err(Problem::from)
    })
    .await?;
    let Some(task) = picked else {
        return Ok(HttpResponse::NoContent().finish());
    };
    // With one answer a task, answered tasks are no longer open and need not be skipped over.
    if project.settings.overlap > 1 && task.row.returned_to.is_none() {
        state
            .labeling
            .set_place(asker.project_id, asker.user, task.row.seq)
            .await;
    }
    state.labeling.note_task(&task.row).await;
    let lease = task.lease_of(member.user_id);
    let view = view::task_view(&state, &member, &project, &task.row, lease).await?;
    Ok(HttpResponse::Ok().json(view))
}

fn besides(text: &str) -> Result<Vec<Uuid>, Problem> {
    let refuse = |detail: String| Problem::new(ErrorCode::InvalidParameter, detail).at("besides");
    let named: Vec<&str> = text.split(',').filter(|part| !part.is_empty()).collect();
    if named.len() > MAX_BESIDES {
        return Err(refuse(format!(
            "{} tasks are named, the most are {MAX_BESIDES}",
            named.len()
        )));
    }
    let parsed = named.iter().map(|id| {
        let id = id.trim();
        Uuid::parse_str(id).map_err(|_| {
            refuse(format!(
                "{:?} is no id of a task",
                id.escape_debug().to_string()
            ))
        })
    });
    parsed.collect()
}
