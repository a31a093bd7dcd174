//! Saves a draft of an answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, put};
use api_types::ErrorCode;
use api_types::labeling::{SaveDraft, TaskDraftSaved};
use chrono::{DateTime, Utc};
use db::DatabaseTransaction;
use db::entity::{assignment, draft};
use db::environment::now;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use standard::MAX_ITEMS;
use uuid::Uuid;
use workflow::Refusal;

use super::{facts, leases};
use crate::http::{Json, Member};
use crate::problem::Problem;
use crate::state::AppState;

/// Saves the answer so far, if the caller holds the task and nobody (another tab of theirs) saved since.
/// It need not fit the standard yet.
#[utoipa::path(
    tag = "labeling",
    params(("workspace" = String, Path, description = "Workspace"), ("task" = Uuid, Path, description = "Task")),
    request_body = SaveDraft,
    responses((status = 200, description = "Saved", body = TaskDraftSaved))
)]
#[put("/api/v1/workspaces/{workspace}/tasks/{task}/draft")]
pub async fn save_task_draft(
    state: Data<AppState>,
    path: Path<(String, Uuid)>,
    member: Member,
    body: Json<SaveDraft>,
) -> Result<HttpResponse, Problem> {
    let (task, _) = facts::task(&state, &member, path.1).await?;
    let wanted = body.value;
    if wanted.result.items.len() > MAX_ITEMS {
        let detail = format!("an answer has at most {MAX_ITEMS} items");
        return Err(Problem::new(ErrorCode::AnnotationInvalid, detail).at("result.items"));
    }
    let now = now();
    let saved = db::write_transaction(&state.db, async |transaction: &DatabaseTransaction| {
        let lease = leases::held(transaction, task.id, member.user_id).await?;
        let fence = |lease: &assignment::Model| lease.fence.unsigned_abs() == wanted.fence;
        let lease = lease.filter(fence).ok_or(Refusal::LeaseLost)?;
        save(transaction, &lease, &wanted, now).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(saved))
}

async fn save(
    transaction: &DatabaseTransaction,
    lease: &assignment::Model,
    wanted: &SaveDraft,
    now: DateTime<Utc>,
) -> Result<TaskDraftSaved, Problem> {
    let stored = draft::Entity::find_by_id((lease.task_id, lease.user_id))
        .one(transaction)
        .await?;
    let revision = stored.as_ref().map_or(0, |row| row.revision);
    if revision.unsigned_abs() != wanted.revision {
        let detail = format!("the draft is at revision {revision}");
        return Err(Problem::new(ErrorCode::DraftStale, detail).at("revision"));
    }
    let result = serde_json::to_value(&wanted.result).map_err(Problem::internal)?;
    match stored {
        Some(row) => {
            let mut row = row.into_active_model();
            row.fence = Set(lease.fence);
            row.revision = Set(revision + 1);
            row.result = Set(result);
            row.updated_at = Set(now);
            row.update(transaction).await?;
        }
        None => {
            let row = draft::ActiveModel {
                task_id: Set(lease.task_id),
                user_id: Set(lease.user_id),
                workspace_id: Set(lease.workspace_id),
                fence: Set(lease.fence),
                revision: Set(1),
                result: Set(result),
                updated_at: Set(now),
            };
            draft::Entity::insert(row)
                .exec_without_returning(transaction)
                .await?;
        }
    }
    Ok(TaskDraftSaved {
        revision: wanted.revision + 1,
        saved_at: now,
    })
}
