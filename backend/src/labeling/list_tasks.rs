//! Lists the tasks of a project.

use std::collections::HashMap;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, get};
use api_types::access::UserView;
use api_types::labeling::{TaskSummary, TasksQuery};
use api_types::page::limit;
use api_types::{ErrorCode, Page};
use db::entity::{AssignmentState, assignment, task};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::facts;
use super::locked::{state_row, task_state};
use super::people::{people, person};
use crate::http::{Member, cursor};
use crate::problem::Problem;
use crate::state::AppState;

/// The tasks of a project in order, with who holds them.
#[utoipa::path(
    tag = "labeling",
    params(
        ("workspace" = String, Path, description = "Workspace"),
        ("project" = Uuid, Path, description = "Project"),
        TasksQuery,
    ),
    responses((status = 200, description = "A page", body = Page<TaskSummary>))
)]
#[get("/api/v1/workspaces/{workspace}/projects/{project}/tasks")]
pub async fn list_tasks(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    query: Query<TasksQuery>,
) -> Result<HttpResponse, Problem> {
    let project = facts::project(&state, &member, path.1).await?;
    let wanted = limit(query.limit) as usize;
    let mut select = task::Entity::find()
        .filter(task::Column::ProjectId.eq(project.row.id))
        .order_by_asc(task::Column::Seq)
        .limit(wanted as u64 + 1);
    if let Some(only) = query.state {
        select = select.filter(task::Column::State.eq(state_row(only)));
    }
    if let Some(after) = query.cursor.as_deref() {
        let wrong = |_| {
            Problem::new(ErrorCode::InvalidCursor, "the cursor is not one of ours").at("cursor")
        };
        let after: i32 = cursor::decode(after)?.parse().map_err(wrong)?;
        select = select.filter(task::Column::Seq.gt(after));
    }
    let mut rows = select.all(&state.db).await?;
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next_cursor = more
        .then(|| rows.last().map(|row| cursor::encode(&row.seq.to_string())))
        .flatten();
    let mut holders = holders(&state, &rows).await?;
    let view = |row: task::Model| TaskSummary {
        held_by: holders.remove(&row.id).unwrap_or_default(),
        id: row.id,
        seq: row.seq.unsigned_abs(),
        sample_key: row.sample_key,
        state: task_state(row.state),
        returned: row.returned,
        updated_at: row.updated_at,
    };
    let items = rows.into_iter().map(view).collect();
    Ok(HttpResponse::Ok().json(Page { items, next_cursor }))
}

async fn holders(
    state: &AppState,
    rows: &[task::Model],
) -> Result<HashMap<Uuid, Vec<UserView>>, Problem> {
    let leases = assignment::Entity::find()
        .filter(assignment::Column::TaskId.is_in(rows.iter().map(|row| row.id)))
        .filter(assignment::Column::State.eq(AssignmentState::Active))
        .all(&state.db)
        .await?;
    let known = people(&state.db, leases.iter().map(|lease| lease.user_id)).await?;
    let mut holders: HashMap<Uuid, Vec<UserView>> = HashMap::new();
    for lease in leases {
        holders
            .entry(lease.task_id)
            .or_default()
            .push(person(&known, lease.user_id));
    }
    Ok(holders)
}
