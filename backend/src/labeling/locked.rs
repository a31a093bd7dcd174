//! A task under its lock: loaded for a decision, and stored with the event that changed it.

use chrono::{DateTime, TimeDelta, Utc};
use db::entity::{self, assignment, task, task_event};
use db::environment;
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Set,
};
use uuid::Uuid;
use workflow::{Assignment, AssignmentState, Event, Purpose, Task, TaskState, WorkflowSettings};

/// How often a task that others have locked is waited for.
const PATIENCE: usize = 16;

/// A task whose row is locked until the transaction ends.
pub(crate) struct LockedTask {
    /// The row as it was read; `record` keeps it up to date.
    pub row: task::Model,
    /// The task with its assignments.
    pub state: Task,
    settings: WorkflowSettings,
}

/// The task of that id in the workspace, locked; None where there is none.
pub(crate) async fn lock(
    transaction: &DatabaseTransaction,
    workspace_id: Uuid,
    task_id: Uuid,
) -> Result<Option<task::Model>, DbErr> {
    task::Entity::find_by_id(task_id)
        .filter(task::Column::WorkspaceId.eq(workspace_id))
        .lock_exclusive()
        .one(transaction)
        .await
}

/// The first task of a query, locked: one that nobody else has locked, else, when there are only
/// such, one that still fits the query once the others are done with it.
pub(crate) async fn lock_first(
    transaction: &DatabaseTransaction,
    query: Select<task::Entity>,
) -> Result<Option<task::Model>, DbErr> {
    let query = query.order_by_asc(task::Column::Seq).limit(1);
    let free = query
        .clone()
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    if let Some(row) = free.one(transaction).await? {
        return Ok(Some(row));
    }
    for _ in 0..PATIENCE {
        if query.clone().one(transaction).await?.is_none() {
            return Ok(None);
        }
        // A row that no longer fits when its lock is had is left out, so look again.
        if let Some(row) = query.clone().lock_exclusive().one(transaction).await? {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

impl LockedTask {
    /// Adds the assignments to a locked row.
    pub(crate) async fn load(
        transaction: &DatabaseTransaction,
        row: task::Model,
        settings: WorkflowSettings,
    ) -> Result<Self, DbErr> {
        let assignments = assignment::Entity::find()
            .filter(assignment::Column::TaskId.eq(row.id))
            .order_by_asc(assignment::Column::Fence)
            .all(transaction)
            .await?;
        let state = Task {
            state: task_state(row.state),
            open_slots: row.open_slots.try_into().unwrap_or(0),
            fence: row.fence.try_into().unwrap_or(0),
            current: row.annotation_id,
            returned_to: row.returned_to,
            held_until_ms: row.updated_at.timestamp_millis() + WorkflowSettings::RETURN_HOLD_MS,
            assignments: assignments.into_iter().map(assignment_from).collect(),
        };
        Ok(Self {
            row,
            state,
            settings,
        })
    }

    /// Applies an event and stores it with everything it changed.
    pub(crate) async fn record(
        &mut self,
        transaction: &DatabaseTransaction,
        event: &Event,
        actor: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let before = self.state.clone();
        self.state.apply(&self.settings, event);
        for (i, after) in self.state.assignments.iter().enumerate() {
            match before.assignments.get(i) {
                None => self.insert(transaction, after, now).await?,
                Some(old) if old.state != after.state => end(transaction, after).await?,
                Some(_) => {}
            }
        }
        self.update(transaction, now).await?;
        let row = task_event::ActiveModel {
            id: Set(environment::new_id()),
            workspace_id: Set(self.row.workspace_id),
            project_id: Set(self.row.project_id),
            task_id: Set(self.row.id),
            actor_id: Set(actor),
            kind: Set(event.kind().to_owned()),
            payload: Set(serde_json::to_value(event).map_err(|e| DbErr::Json(e.to_string()))?),
            at: Set(now),
        };
        task_event::Entity::insert(row)
            .exec_without_returning(transaction)
            .await?;
        Ok(())
    }

    /// Reclaims every lease whose time is up.
    pub(crate) async fn expire(
        &mut self,
        transaction: &DatabaseTransaction,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        for event in workflow::label::expire(&self.state, now.timestamp_millis()) {
            self.record(transaction, &event, None, now).await?;
        }
        Ok(())
    }

    async fn update(
        &mut self,
        transaction: &DatabaseTransaction,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let number = |what: &str| DbErr::Custom(format!("{what} is out of range"));
        let changed = task::ActiveModel {
            id: Set(self.row.id),
            state: Set(state_row(self.state.state)),
            open_slots: Set(self
                .state
                .open_slots
                .try_into()
                .map_err(|_| number("open_slots"))?),
            fence: Set(self.state.fence.try_into().map_err(|_| number("fence"))?),
            annotation_id: Set(self.state.current),
            returned: Set(self.state.returned_to.is_some()),
            returned_to: Set(self.state.returned_to),
            updated_at: Set(now),
            ..Default::default()
        };
        self.row = changed.update(transaction).await?;
        Ok(())
    }

    async fn insert(
        &self,
        transaction: &DatabaseTransaction,
        new: &Assignment,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let row = assignment::ActiveModel {
            id: Set(new.id),
            workspace_id: Set(self.row.workspace_id),
            project_id: Set(self.row.project_id),
            task_id: Set(self.row.id),
            user_id: Set(new.user),
            kind: Set(kind_row(new.purpose)),
            fence: Set(new.fence.try_into().unwrap_or(i64::MAX)),
            state: Set(assignment_row(new.state)),
            leased_at: Set(now),
            expires_at: Set(time(new.expires_at_ms)),
        };
        assignment::Entity::insert(row)
            .exec_without_returning(transaction)
            .await?;
        Ok(())
    }
}

/// Moves the end of a lease.
pub(crate) async fn extend<C: ConnectionTrait>(
    connection: &C,
    assignment_id: Uuid,
    expires_at_ms: i64,
) -> Result<(), DbErr> {
    assignment::Entity::update_many()
        .col_expr(
            assignment::Column::ExpiresAt,
            sea_orm::sea_query::Expr::value(time(expires_at_ms)),
        )
        .filter(assignment::Column::Id.eq(assignment_id))
        .exec(connection)
        .await?;
    Ok(())
}

async fn end(transaction: &DatabaseTransaction, ended: &Assignment) -> Result<(), DbErr> {
    use sea_orm::ActiveEnum;
    use sea_orm::sea_query::Expr;
    assignment::Entity::update_many()
        .col_expr(
            assignment::Column::State,
            Expr::value(assignment_row(ended.state).to_value()),
        )
        .filter(assignment::Column::Id.eq(ended.id))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Milliseconds since 1970 as a time.
pub(crate) fn time(ms: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
}

fn assignment_from(row: assignment::Model) -> Assignment {
    Assignment {
        id: row.id,
        user: row.user_id,
        purpose: match row.kind {
            entity::AssignmentKind::Label => Purpose::Label,
            entity::AssignmentKind::Review => Purpose::Review,
        },
        fence: row.fence.try_into().unwrap_or(0),
        state: match row.state {
            entity::AssignmentState::Active => AssignmentState::Active,
            entity::AssignmentState::Submitted => AssignmentState::Submitted,
            entity::AssignmentState::Returned => AssignmentState::Returned,
            entity::AssignmentState::Skipped => AssignmentState::Skipped,
            entity::AssignmentState::Released => AssignmentState::Released,
            entity::AssignmentState::Expired => AssignmentState::Expired,
        },
        expires_at_ms: row.expires_at.timestamp_millis(),
    }
}

const fn assignment_row(state: AssignmentState) -> entity::AssignmentState {
    match state {
        AssignmentState::Active => entity::AssignmentState::Active,
        AssignmentState::Submitted => entity::AssignmentState::Submitted,
        AssignmentState::Returned => entity::AssignmentState::Returned,
        AssignmentState::Skipped => entity::AssignmentState::Skipped,
        AssignmentState::Released => entity::AssignmentState::Released,
        AssignmentState::Expired => entity::AssignmentState::Expired,
    }
}

const fn kind_row(purpose: Purpose) -> entity::AssignmentKind {
    match purpose {
        Purpose::Label => entity::AssignmentKind::Label,
        Purpose::Review => entity::AssignmentKind::Review,
    }
}

/// The state of a row, in the words of the state machine.
pub(crate) const fn task_state(state: entity::TaskState) -> TaskState {
    match state {
        entity::TaskState::Open => TaskState::Open,
        entity::TaskState::InReview => TaskState::InReview,
        entity::TaskState::Accepted => TaskState::Accepted,
        entity::TaskState::Skipped => TaskState::Skipped,
    }
}

/// The state of the state machine, as rows hold it.
pub(crate) const fn state_row(state: TaskState) -> entity::TaskState {
    match state {
        TaskState::Open => entity::TaskState::Open,
        TaskState::InReview => entity::TaskState::InReview,
        TaskState::Accepted => entity::TaskState::Accepted,
        TaskState::Skipped => entity::TaskState::Skipped,
    }
}
