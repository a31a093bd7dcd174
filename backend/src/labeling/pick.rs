//! Which task a person gets next.

use chrono::{DateTime, TimeDelta, Utc};
use db::entity::{AssignmentKind, AssignmentState, TaskState, assignment, task};
use db::environment;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    Select,
};
use uuid::Uuid;
use workflow::review::Reviewer;
use workflow::{Event, Purpose, Refusal, WorkflowSettings, label, review};

use super::locked::{self, LockedTask};

/// Who asks, in which project, and when.
#[derive(Clone, Copy)]
pub(crate) struct Asker {
    /// The project.
    pub project_id: Uuid,
    /// Its workflow.
    pub settings: WorkflowSettings,
    /// The person.
    pub user: Uuid,
    /// Now.
    pub now: DateTime<Utc>,
}

/// The most tasks of one project that a person holds at a time: one in hand and some made ready.
const MAX_HELD: usize = 4;

/// The next task to label, leased: one the person holds already, else one returned to them,
/// else the first after `after_seq` that nobody needs to finish before, else the first at all. None of `besides`.
pub(crate) async fn next_to_label(
    transaction: &DatabaseTransaction,
    asker: Asker,
    besides: &[Uuid],
    after_seq: i32,
) -> Result<Option<LockedTask>, DbErr> {
    match sweep(transaction, asker, AssignmentKind::Label, besides).await? {
        (Some(held), _) => return Ok(Some(held)),
        (None, held) if held >= MAX_HELD => return Ok(None),
        (None, _) => {}
    }
    // Those the person holds are not among the unanswered.
    let mine = open_tasks(asker)
        .filter(task::Column::ReturnedTo.eq(asker.user))
        .filter(task::Column::Id.is_not_in(besides.iter().copied()));
    let mut found = locked::lock_first(transaction, mine).await?;
    if found.is_none() {
        let later = unanswered(asker).filter(task::Column::Seq.gt(after_seq));
        found = locked::lock_first(transaction, later).await?;
    }
    if found.is_none() && after_seq > 0 {
        found = locked::lock_first(transaction, unanswered(asker)).await?;
    }
    let decide = |task: &LockedTask| {
        let id = environment::new_id();
        label::lease(
            &task.state,
            &asker.settings,
            asker.user,
            id,
            asker.now.timestamp_millis(),
        )
    };
    lease(transaction, asker, found, decide).await
}

/// The next task to review, leased: the one the reviewer holds already, else the first without an
/// answer of their own (unless they may judge those too).
pub(crate) async fn next_to_review(
    transaction: &DatabaseTransaction,
    asker: Asker,
    may_judge_own: bool,
) -> Result<Option<LockedTask>, DbErr> {
    if let (Some(held), _) = sweep(transaction, asker, AssignmentKind::Review, &[]).await? {
        return Ok(Some(held));
    }
    let in_review = task::Entity::find()
        .filter(task::Column::ProjectId.eq(asker.project_id))
        .filter(task::Column::State.eq(TaskState::InReview));
    let reviewed = by_assignments(|of_task| {
        of_task
            .add(assignment::Column::Kind.eq(AssignmentKind::Review))
            .add(assignment::Column::State.eq(AssignmentState::Active))
    });
    let mut free = in_review.filter(reviewed.not());
    if !may_judge_own {
        let own = by_assignments(|of_task| {
            of_task
                .add(assignment::Column::UserId.eq(asker.user))
                .add(assignment::Column::Kind.eq(AssignmentKind::Label))
                .add(assignment::Column::State.eq(AssignmentState::Submitted))
        });
        free = free.filter(own.not());
    }
    let found = locked::lock_first(transaction, free).await?;
    let reviewer = Reviewer {
        user: asker.user,
        may_judge_own,
    };
    let decide = |task: &LockedTask| {
        let id = environment::new_id();
        review::lease(
            &task.state,
            &asker.settings,
            reviewer,
            id,
            asker.now.timestamp_millis(),
        )
    };
    lease(transaction, asker, found, decide).await
}

async fn lease(
    transaction: &DatabaseTransaction,
    asker: Asker,
    found: Option<task::Model>,
    decide: impl Fn(&LockedTask) -> Result<Event, Refusal>,
) -> Result<Option<LockedTask>, DbErr> {
    let Some(row) = found else { return Ok(None) };
    let mut task = LockedTask::load(transaction, row, asker.settings).await?;
    match decide(&task) {
        Ok(event) => {
            task.record(transaction, &event, Some(asker.user), asker.now)
                .await?;
            Ok(Some(task))
        }
        // Another request of the same person got it a moment ago: they share the lease.
        Err(_) if task.lease_of(asker.user).is_some() => Ok(Some(task)),
        Err(refusal) => {
            // The query and the state machine disagree: a fault of ours, but nobody's work is lost.
            tracing::error!(task = %task.row.id, %refusal, "a task that was picked can't be leased");
            Ok(None)
        }
    }
}

/// Reclaims the project's leases that ran out, and answers a task that the person holds already, but none of
/// `besides`, its lease renewed: two tabs of one person share one lease. And how many the person holds.
async fn sweep(
    transaction: &DatabaseTransaction,
    asker: Asker,
    kind: AssignmentKind,
    besides: &[Uuid],
) -> Result<(Option<LockedTask>, usize), DbErr> {
    let own = Condition::all()
        .add(assignment::Column::UserId.eq(asker.user))
        .add(assignment::Column::Kind.eq(kind));
    let rows = assignment::Entity::find()
        .filter(assignment::Column::ProjectId.eq(asker.project_id))
        .filter(assignment::Column::State.eq(AssignmentState::Active))
        .filter(
            Condition::any()
                .add(own)
                .add(assignment::Column::ExpiresAt.lte(asker.now)),
        )
        .order_by_asc(assignment::Column::Id)
        .all(transaction)
        .await?;
    let (own, ran_out): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .partition(|row| row.user_id == asker.user && row.kind == kind);
    for row in ran_out {
        if let Some(mut task) = lock_by_id(transaction, asker, row.task_id).await? {
            task.expire(transaction, asker.now).await?;
        }
    }
    let purpose = match kind {
        AssignmentKind::Label => Purpose::Label,
        AssignmentKind::Review => Purpose::Review,
    };
    let held_now = own.len();
    for row in own
        .into_iter()
        .filter(|row| !besides.contains(&row.task_id))
    {
        let Some(mut task) = lock_by_id(transaction, asker, row.task_id).await? else {
            continue;
        };
        let held = task.state.assignments.iter_mut().find(|a| a.id == row.id);
        let Some(held) = held.filter(|a| a.state == workflow::AssignmentState::Active) else {
            continue;
        };
        debug_assert_eq!(held.purpose, purpose);
        let whole = asker.now.timestamp_millis() + asker.settings.lease_ms();
        held.expires_at_ms = Ord::max(held.expires_at_ms, whole);
        locked::extend(transaction, held.id, held.expires_at_ms).await?;
        return Ok((Some(task), held_now));
    }
    Ok((None, held_now))
}

async fn lock_by_id(
    transaction: &DatabaseTransaction,
    asker: Asker,
    task_id: Uuid,
) -> Result<Option<LockedTask>, DbErr> {
    let Some(row) = locked::lock_first(transaction, task::Entity::find_by_id(task_id)).await?
    else {
        return Ok(None);
    };
    LockedTask::load(transaction, row, asker.settings)
        .await
        .map(Some)
}

fn open_tasks(asker: Asker) -> Select<task::Entity> {
    task::Entity::find()
        .filter(task::Column::ProjectId.eq(asker.project_id))
        .filter(task::Column::State.eq(TaskState::Open))
        .filter(task::Column::OpenSlots.gt(0))
}

/// Open tasks that the person has neither answered nor holds, and that wait for nobody else.
fn unanswered(asker: Asker) -> Select<task::Entity> {
    let hold = TimeDelta::milliseconds(WorkflowSettings::RETURN_HOLD_MS);
    let free = Condition::any()
        .add(task::Column::ReturnedTo.is_null())
        .add(task::Column::UpdatedAt.lte(asker.now - hold));
    let answered = by_assignments(|of_task| {
        of_task
            .add(assignment::Column::UserId.eq(asker.user))
            .add(assignment::Column::Kind.eq(AssignmentKind::Label))
            .add(assignment::Column::State.is_in([
                AssignmentState::Active,
                AssignmentState::Submitted,
                AssignmentState::Skipped,
            ]))
    });
    open_tasks(asker).filter(free).filter(answered.not())
}

/// Whether the task has an assignment for which all of this holds.
fn by_assignments(condition: impl FnOnce(Condition) -> Condition) -> Expr {
    let of_task = Condition::all().add(
        Expr::col((assignment::Entity, assignment::Column::TaskId))
            .equals((task::Entity, task::Column::Id)),
    );
    let select = Query::select()
        .expr(Expr::val(1))
        .from(assignment::Entity)
        .cond_where(condition(of_task))
        .to_owned();
    Expr::exists(select)
}
