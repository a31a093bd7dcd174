//! Putting a job into the queue.

use chrono::{DateTime, Utc};
use jobs::JobPayload;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, Set};
use uuid::Uuid;

use crate::entity::job::{ActiveModel, JobState, Model};

/// What a job is asked to do, and for whom.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// The workspace whose members may see it; None for the installation itself.
    pub workspace_id: Option<Uuid>,
    /// Who asked for it; None when it follows from another job.
    pub created_by: Option<Uuid>,
    /// What to do.
    pub payload: JobPayload,
}

/// Enqueues a job under `id`, on the caller's connection: give the transaction of the cause, so that
/// both are there or neither is.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue<C: ConnectionTrait>(
    connection: &C,
    new: NewJob,
    now: DateTime<Utc>,
    id: Uuid,
) -> Result<Model, DbErr> {
    let payload =
        serde_json::to_value(&new.payload).map_err(|error| DbErr::Json(error.to_string()))?;
    let row = ActiveModel {
        id: Set(id),
        workspace_id: Set(new.workspace_id),
        queue: Set(new.payload.queue().to_owned()),
        kind: Set(new.payload.kind().to_owned()),
        payload: Set(payload),
        state: Set(JobState::Queued),
        attempts: Set(0),
        max_attempts: Set(new.payload.max_attempts()),
        run_at: Set(now),
        lease_owner: Set(None),
        lease_until: Set(None),
        cancel_requested: Set(false),
        progress_done: Set(0),
        progress_total: Set(None),
        message: Set(String::new()),
        error: Set(None),
        result: Set(None),
        created_by: Set(new.created_by),
        created_at: Set(now),
        started_at: Set(None),
        finished_at: Set(None),
    };
    row.insert(connection).await
}
