//! Lists what happened to a task.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::Page;
use api_types::labeling::TaskEventView;
use api_types::page::{PageQuery, limit};
use db::entity::task_event;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::facts;
use super::people::people;
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// What happened to a task, oldest first.
#[utoipa::path(
    tag = "labeling",
    params(
        ("workspace" = String, Path, description = "Workspace"),
        ("task" = Uuid, Path, description = "Task"),
        PageQuery,
    ),
    responses((status = 200, description = "A page", body = Page<TaskEventView>))
)]
#[get("/api/v1/workspaces/{workspace}/tasks/{task}/events")]
pub async fn list_task_events(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    page: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (task, _) = facts::task(&state, &member, path.1).await?;
    let wanted = limit(page.limit) as usize;
    // Ids are of version 7: they sort by the time they were made.
    let mut select = task_event::Entity::find()
        .filter(task_event::Column::TaskId.eq(task.id))
        .order_by_asc(task_event::Column::Id)
        .limit(wanted as u64 + 1);
    if let Some(after) = cursor::decode_id(page.cursor.as_deref())? {
        select = select.filter(task_event::Column::Id.gt(after));
    }
    let mut rows = select.all(&state.db).await?;
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let known = people(&state.db, rows.iter().filter_map(|row| row.actor_id)).await?;
    let next_cursor = more
        .then(|| rows.last().map(|row| cursor::encode(&row.id.to_string())))
        .flatten();
    let view = |row: task_event::Model| TaskEventView {
        id: row.id,
        kind: row.kind,
        actor: row.actor_id.and_then(|id| known.get(&id).cloned()),
        at: row.at,
        payload: row.payload,
    };
    let items = rows.into_iter().map(view).collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}
