//! The frame of every change of one task: lock, decide, store, answer; once for each Idempotency-Key.

use actix_web::http::StatusCode;
use api_types::labeling::TaskChanged;
use chrono::{DateTime, Utc};
use db::DatabaseTransaction;
use db::environment::now;
use ids::Hash;
use uuid::Uuid;
use workflow::{Event, Refusal, Task};

use super::facts;
use super::locked::{self, LockedTask};
use crate::http::{Answer, Effect, Member, once_if};
use crate::problem::Problem;
use crate::state::AppState;

/// Which task a request wants to change, and what makes two requests the same.
pub(crate) struct Change<'a> {
    /// The service.
    pub state: &'a AppState,
    /// Who.
    pub member: &'a Member,
    /// The task.
    pub task_id: Uuid,
    /// The Idempotency-Key, where one came.
    pub effect: Option<Effect>,
    /// The hash of the body.
    pub body: Hash,
}

impl Change<'_> {
    /// Runs `work` on the locked task in one write transaction, once for each Idempotency-Key.
    pub(crate) async fn run<F>(&self, work: F) -> Result<Answer, Problem>
    where
        F: AsyncFn(&DatabaseTransaction, LockedTask, DateTime<Utc>) -> Result<Answer, Problem>,
    {
        let (_, project) = facts::task(self.state, self.member, self.task_id).await?;
        let on_task = async |transaction: &DatabaseTransaction| {
            let row = locked::lock(transaction, self.member.workspace_id, self.task_id)
                .await?
                .ok_or_else(|| Problem::not_found("task"))?;
            let task = LockedTask::load(transaction, row, project.settings).await?;
            work(transaction, task, now()).await
        };
        db::write_transaction(&self.state.db, async |transaction| {
            once_if(transaction, self.effect.as_ref(), self.body, &on_task).await
        })
        .await
    }

    /// A change that is one event and is answered with the task's new state.
    pub(crate) async fn record<D>(&self, decide: D) -> Result<Answer, Problem>
    where
        D: Fn(&Task) -> Result<Event, Refusal>,
    {
        self.run(
            async |transaction: &DatabaseTransaction, mut task: LockedTask, now| {
                let event = decide(&task.state)?;
                task.record(transaction, &event, Some(self.member.user_id), now)
                    .await?;
                Answer::new(
                    StatusCode::OK,
                    &TaskChanged {
                        task_state: task.state.state,
                    },
                )
            },
        )
        .await
    }
}
